#include <string>
#include <utility>

#include "bindings/arrays.hpp"
#include "bte/mesh/elements.hpp"
#include "bte/mesh/geometry.hpp"
#include "bte/mesh/topology.hpp"

namespace bte::bindings {
namespace {

// The GIL may go: the spans point into arrays that the caller's arguments keep alive.
template <class Function>
auto without_gil(Function&& function) {
  py::gil_scoped_release release;
  return function();
}

py::tuple topology(int dim, const array<std::int32_t>& connectivity,
                   const array<std::int64_t>& offsets, const array<std::int32_t>& cell_region) {
  Topology t = without_gil(
      [&, nodes = view(connectivity), starts = view(offsets), regions = view(cell_region)] {
        return build_topology(dim, nodes, starts, regions);
      });
  const py::ssize_t n = t.n_face;
  const py::ssize_t n_excess = static_cast<py::ssize_t>(t.excess.size());
  return py::make_tuple(move_out(std::move(t.cells), {n, 2}), move_out(std::move(t.local), {n, 2}),
                        move_out(std::move(t.nodes), {n, 2, t.n_face_vertex}),
                        move_out(std::move(t.excess), {n_excess}), t.n_unknown);
}

py::array_t<double> volumes(const array<double>& points, const array<std::int32_t>& connectivity,
                            const array<std::int64_t>& offsets) {
  const int dim = static_cast<int>(points.shape(1));
  auto v = without_gil([&, x = view(points), nodes = view(connectivity), starts = view(offsets)] {
    return signed_volumes(dim, x, nodes, starts);
  });
  const auto n = static_cast<py::ssize_t>(v.size());
  return move_out(std::move(v), {n});
}

py::tuple faces(const array<double>& points, const array<std::int32_t>& connectivity,
                const array<std::int64_t>& offsets, const array<std::int32_t>& face_cells,
                const array<std::int32_t>& face_nodes) {
  const int dim = static_cast<int>(points.shape(1));
  auto g = without_gil([&, x = view(points), nodes = view(connectivity), starts = view(offsets),
                        cells = view(face_cells), corners = view(face_nodes)] {
    return face_geometry(dim, x, nodes, starts, cells, corners);
  });
  const auto n = static_cast<py::ssize_t>(g.area.size());
  return py::make_tuple(move_out(std::move(g.normal), {n, dim}), move_out(std::move(g.area), {n}));
}

std::string element_name(int dim, int n_vertices) {
  const Element* element = find_element(dim, n_vertices);
  return element == nullptr ? std::string{} : std::string{element->name};
}

}  // namespace

void bind_mesh(py::module_& m) {
  m.def("element_name", &element_name, py::arg("dim"), py::arg("n_vertices"),
        "Name of the element with that many vertices, empty where there is none.");
  m.def("topology", &topology, py::arg("dim"), py::arg("connectivity").noconvert(),
        py::arg("offsets").noconvert(), py::arg("cell_region").noconvert(),
        "Return cells, local, nodes, excess cells and the number of cells of unknown kind.");
  m.def("signed_volumes", &volumes, py::arg("points").noconvert(),
        py::arg("connectivity").noconvert(), py::arg("offsets").noconvert(),
        "Signed volume of each cell.");
  m.def("face_geometry", &faces, py::arg("points").noconvert(), py::arg("connectivity").noconvert(),
        py::arg("offsets").noconvert(), py::arg("face_cells").noconvert(),
        py::arg("face_nodes").noconvert(),
        "Return the unit normals out of the first cell and the areas of the faces.");
}

}  // namespace bte::bindings
