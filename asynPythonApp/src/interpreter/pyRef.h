// An owned reference to a Python object. Construct, copy and destroy it only while attached.
#pragma once

#include <Python.h>

#include <utility>

class PyRef
{
  public:
    PyRef() noexcept = default;
    explicit PyRef(PyObject *owned) noexcept : object_(owned) {}
    static PyRef borrow(PyObject *object) noexcept { return PyRef(Py_XNewRef(object)); }
    PyRef(PyRef &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    PyRef &operator=(PyRef &&other) noexcept
    {
        std::swap(object_, other.object_);
        return *this;
    }
    PyRef(const PyRef &) = delete;
    PyRef &operator=(const PyRef &) = delete;
    ~PyRef() { Py_XDECREF(object_); }

    PyObject *get() const noexcept { return object_; }
    PyObject *release() noexcept { return std::exchange(object_, nullptr); }
    explicit operator bool() const noexcept { return object_ != nullptr; }

  private:
    PyObject *object_ = nullptr;
};
