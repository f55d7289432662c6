#include "bindings/arrays.hpp"

namespace bte::bindings {

void bind_transport(py::module_&) {}

}  // namespace bte::bindings
