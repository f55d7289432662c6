#pragma once
// Arrays cross the wall between Python and the core as spans in and moved vectors out.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <span>
#include <utility>
#include <vector>

namespace bte::bindings {

namespace py = pybind11;

// Bound with py::arg().noconvert(): the caller coerces once, nothing is copied silently.
template <class T>
using array = py::array_t<T, py::array::c_style>;

template <class T>
std::span<const T> view(const array<T>& a) {
  return {a.data(), static_cast<std::size_t>(a.size())};
}

template <class T>
std::span<T> mutable_view(array<T>& a) {
  return {a.mutable_data(), static_cast<std::size_t>(a.size())};
}

// Hands a vector's memory to numpy; the capsule frees it with the last array that uses it.
template <class T>
py::array_t<T> move_out(std::vector<T>&& values, std::vector<py::ssize_t> shape) {
  auto* held = new std::vector<T>(std::move(values));
  py::capsule owner(held, [](void* p) { delete static_cast<std::vector<T>*>(p); });
  return py::array_t<T>(std::move(shape), held->data(), owner);
}

}  // namespace bte::bindings
