#include <pybind11/pybind11.h>

namespace bte::bindings {
void bind_mesh(pybind11::module_& m);
void bind_transport(pybind11::module_& m);
void bind_diffusion(pybind11::module_& m);
}  // namespace bte::bindings

PYBIND11_MODULE(_core, m) {
  m.doc() = "Compiled core of bte: mesh topology, transport sweeps, interior-penalty diffusion.";
  bte::bindings::bind_mesh(m);
  bte::bindings::bind_transport(m);
  bte::bindings::bind_diffusion(m);
}
