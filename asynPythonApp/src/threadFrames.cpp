#include "threadFrames.h"

#include "pyRef.h"
#include "threadListLock.h"

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
    return identifier && PyDict_SetItem(frames, identifier.get(), frame.get()) == 0;
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
