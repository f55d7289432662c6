#include "bindings/arrays.hpp"

namespace bte::bindings {

void bind_diffusion(py::module_&) {}

}  // namespace bte::bindings
