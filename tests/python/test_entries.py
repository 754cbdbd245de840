"""The check of functions that CPython and EPICS call finds one without a wrapper."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import entries

BAD = {
    "a method": 'PyMethodDef methods[] = {\n    {"get", pythonEntry<get>, METH_NOARGS, "x, y"},\n'
    '    {"set", set, METH_O, "(z)"},\n    {nullptr, nullptr, 0, nullptr},\n};',
    "one method": 'PyMethodDef definition = {"f", f, METH_O, nullptr};',
    "a cast method": 'PyMethodDef m[] = {{"f", reinterpret_cast<PyCFunction>(f), METH_FASTCALL, nullptr}};',
    "a getter": 'PyGetSetDef p[] = {{"x", xOf, nullptr, "doc", nullptr}};',
    "a setter": 'PyGetSetDef p[] = {{"x", pythonEntry<xOf>, setX, "doc", nullptr}};',
    "a slot": "PyType_Slot s[] = {{Py_tp_methods, methods}, {Py_tp_dealloc, reinterpret_cast<void *>(destroy)}};",
    "a module slot": "PyModuleDef_Slot s[] = {{Py_mod_exec, (void *)execute}, {0, nullptr}};",
    "a module": 'PyModuleDef d = {PyModuleDef_HEAD_INIT, "m", "doc", 8, methods, slots,\n'
    "    pythonEntry<traverse>, clear, pythonEntry<destroy>};",
    "a thread": 'epicsThreadCreate("name", low, size(small), run, this);',
    "a hook": "static const int registered = initHookRegister(onInit);",
    "an exit handler": "epicsAtExit(atExit, nullptr);",
    "a command": "iocshRegister(&definition, call);",
    "a callback": "callbackSetCallback(onCallback, &callback_);",
    "a registrar": "void doRegister()\n{\n    work();\n}\nepicsExportRegistrar(doRegister);",
    "device support": "dset mine = {5, 0, 0, init, 0};\nepicsExportAddress(dset, mine);",
    "a timer": "class T : public epicsTimerNotify\n{\n    expireStatus expire(const epicsTime &) override\n"
    "    {\n        return work();\n    }\n};",
    "a runnable": "struct R : epicsThreadRunable {\n    void run() override { work(); }\n};",
    "an unlock": "void f()\n{\n    mutex_.lock();\n    work();\n    mutex_.unlock();\n}",
    "a port's unlock": "void f()\n{\n    if (x) {\n        pasynManager->unlockPort(user);\n    }\n}",
    "a record's unlock": "long f()\n{\n    dbScanUnlock(record);\n}",
    "a second class": "class Known\n{\n};",
}
GOOD = {
    "tables": 'PyMethodDef methods[] = {{"get", pythonEntry<get>, METH_O, ""}, {"set", pythonMethod<set>(), 1, ""},\n'
    '    {nullptr, nullptr, 0, nullptr}};\nPyGetSetDef p[] = {{"x", pythonEntry<xOf>, nullptr, "", nullptr}};\n'
    "PyType_Slot s[] = {{Py_tp_doc, text}, {Py_tp_new, pythonSlot<make>()}, {0, nullptr}};",
    "registrations": 'epicsThreadCreate("name", low, size(small), epicsEntry<run>, this);\n'
    "epicsAtExit(epicsEntry<atExit>, nullptr); // epicsAtExit(atExit, nullptr)\n"
    "iocshRegister(&definition, epicsEntry<attempt<iocInit>>);",
    "a registrar": "void doRegister()\n{\n    epicsEntry<work>();\n}\nepicsExportRegistrar(doRegister);",
    "a timer": "class T : public epicsTimerNotify\n{\n    expireStatus expire(const epicsTime &) override\n"
    '    {\n        return epicsGuarded("t", no, [] { return work(); });\n    }\n};',
    "a guard": "class G\n{\n    ~G()\n    {\n        if (held_)\n            mutex_.unlock();\n    }\n};",
    "an unlock": "asynStatus Port::unlock()\n{\n    lock_.unlock();\n    return asynSuccess;\n}",
    "an early end": "void f()\n{\n    std::unique_lock<std::mutex> guard(mutex_);\n    guard.unlock();\n}",
    "another namespace": "namespace other\n{\nclass Known\n{\n};\n} // namespace other",
    "of the file alone": "namespace\n{\n\nclass Known\n{\n};\n\n} // namespace",
}
KNOWN = {"a/src/known.h": "class Known\n{\n};"}


@pytest.mark.parametrize("what", BAD)
def test_one_without_is_found(what: str) -> None:
    found = entries.problems({**KNOWN, "a/src/x.cpp": BAD[what]})
    assert len(found) == 1 and found[0].startswith("a/src/x.cpp:"), found


@pytest.mark.parametrize("what", GOOD)
def test_what_is_wrapped_is_passed_by(what: str) -> None:
    assert entries.problems({**KNOWN, "a/src/x.cpp": GOOD[what]}) == []


def test_there_is_none_in_the_sources() -> None:
    everything = entries.sources()
    assert len(everything) > 150
    assert entries.problems(everything) == []
