#include "bindings/arrays.hpp"

namespace bte::bindings {

void bind_mesh(py::module_&) {}

}  // namespace bte::bindings
