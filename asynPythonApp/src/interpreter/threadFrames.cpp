#include "interpreter/threadFrames.h"

#include "interpreter/pyRef.h"
#include "interpreter/pythonError.h"
#include "interpreter/threadListLock.h"

namespace
{

// While a collection could run Python code, threads might end and take their states along.
class NoCollection
{
  public:
    [[nodiscard]] NoCollection() : enabled_(PyGC_Disable()) {}
    ~NoCollection()
    {
        if (enabled_)
            PyGC_Enable();
    }
    NoCollection(const NoCollection &) = delete;
    NoCollection &operator=(const NoCollection &) = delete;

  private:
    const int enabled_;
};

// While it is looked through.
class ThreadList
{
  public:
    [[nodiscard]] ThreadList() { threadListLock(); }
    ~ThreadList() { threadListUnlock(); }
    ThreadList(const ThreadList &) = delete;
    ThreadList &operator=(const ThreadList &) = delete;
};

bool add(PyObject *frames, PyThreadState *thread)
{
    PyRef frame(reinterpret_cast<PyObject *>(PyThreadState_GetFrame(thread)));
    if (!frame) // it is not in Python code
        return true;
    PyRef identifier(PyLong_FromUnsignedLong(thread->thread_id));
    // A thread of the main interpreter that EPICS has brought back into it has two states. The
    // newer one, in which it is now, comes first.
    return identifier && PyDict_SetDefault(frames, identifier.get(), frame.get());
}

} // namespace

PyObject *threadFrames()
{
    const NoCollection quiet;
    PyRef frames(PyDict_New());
    const ThreadList list;
    // Threads come without the GIL, at the head of the list, and go with it only.
    for (PyThreadState *each = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
         frames && each; each = PyThreadState_Next(each))
        if (!add(frames.get(), each))
            return nullptr;
    return frames.release();
}

std::string threadStack(unsigned long identifier)
{
    const PyRef frames(threadFrames());
    const PyRef key(PyLong_FromUnsignedLong(identifier));
    PyObject *frame = frames && key ? PyDict_GetItemWithError(frames.get(), key.get()) : nullptr;
    const PyRef module(frame ? PyImport_ImportModule("traceback") : nullptr);
    const PyRef lines(module ? PyObject_CallMethod(module.get(), "format_stack", "O", frame)
                             : nullptr);
    const PyRef none(PyUnicode_FromString(""));
    const PyRef text(lines && none ? PyUnicode_Join(none.get(), lines.get()) : nullptr);
    const char *bytes = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
    if (PyErr_Occurred())
        return "  " + takeMessage() + "\n";
    return bytes ? bytes : "  it is not in Python code\n";
}
