#include <pybind11/stl.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "bindings/arrays.hpp"
#include "bte/mesh/elements.hpp"
#include "bte/mesh/geometry.hpp"
#include "bte/mesh/integrals.hpp"
#include "bte/mesh/topology.hpp"
#include "bte/require.hpp"

namespace bte::bindings {
namespace {

// The GIL may go: the spans point into arrays that the caller's arguments keep alive.
template <class Function>
auto without_gil(Function&& function) {
  py::gil_scoped_release release;
  return function();
}

CellTable table(const array<double>& points, const array<std::int32_t>& connectivity,
                const array<std::int64_t>& offsets) {
  return {static_cast<int>(points.shape(1)), view(points), view(connectivity), view(offsets)};
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

// A function of the cell table alone that returns one number for each cell or node.
template <std::vector<double> (*function)(const CellTable&)>
py::array_t<double> measured(const array<double>& points, const array<std::int32_t>& connectivity,
                             const array<std::int64_t>& offsets) {
  auto v = without_gil([cells = table(points, connectivity, offsets)] { return function(cells); });
  const auto n = static_cast<py::ssize_t>(v.size());
  return move_out(std::move(v), {n});
}

py::array_t<double> product(const array<double>& points, const array<std::int32_t>& connectivity,
                            const array<std::int64_t>& offsets, const array<double>& values) {
  require(values.ndim() == 2 && values.shape(0) == connectivity.size(),
          "values must be (n_node, n)");
  auto v = without_gil([cells = table(points, connectivity, offsets), f = view(values)] {
    return mass_product(cells, f);
  });
  return move_out(std::move(v), {values.shape(0), values.shape(1)});
}

py::array_t<double> gradients(const array<double>& points, const array<std::int32_t>& connectivity,
                              const array<std::int64_t>& offsets, const array<double>& field,
                              const array<double>& vectors) {
  auto v = without_gil([cells = table(points, connectivity, offsets), f = view(field),
                        w = view(vectors)] { return gradient_product(cells, f, w); });
  const auto n = static_cast<py::ssize_t>(v.size());
  return move_out(std::move(v), {n});
}

py::tuple faces(const array<double>& points, const array<std::int32_t>& connectivity,
                const array<std::int64_t>& offsets, const array<std::int32_t>& face_cells,
                const array<std::int32_t>& face_nodes) {
  auto g =
      without_gil([cells = table(points, connectivity, offsets), pairs = view(face_cells),
                   corners = view(face_nodes)] { return face_geometry(cells, pairs, corners); });
  const auto n = static_cast<py::ssize_t>(g.area.size());
  const py::ssize_t dim = points.shape(1), width = face_nodes.shape(2);
  return py::make_tuple(move_out(std::move(g.normal), {n, dim}), move_out(std::move(g.area), {n}),
                        move_out(std::move(g.vertex_area), {n, width, dim}),
                        move_out(std::move(g.mass), {n, width, width}));
}

struct Cell {
  const Element* element;
  std::array<Vector, max_vertices> nodes{};
  std::span<const Vector> span() const {
    return {nodes.data(), static_cast<std::size_t>(element->n_vertices)};
  }
};

Cell one_cell(const array<double>& nodes) {
  require(nodes.ndim() == 2, "nodes must be (n_vertices, dim)");
  const int dim = static_cast<int>(nodes.shape(1));
  Cell cell{find_element(dim, static_cast<int>(nodes.shape(0)))};
  require(cell.element != nullptr, "no element has that many vertices");
  for (int i = 0; i < cell.element->n_vertices; ++i)
    for (int d = 0; d < dim; ++d) cell.nodes[i][d] = nodes.at(i, d);
  return cell;
}

template <class Matrix>
void append(std::vector<double>& out, const Matrix& matrix, int rows, int columns) {
  for (int i = 0; i < rows; ++i)
    out.insert(out.end(), matrix[i].begin(), matrix[i].begin() + columns);
}

py::dict integrals(const array<double>& nodes) {
  const Cell cell = one_cell(nodes);
  const CellIntegrals c = integrate(*cell.element, cell.span());
  const DiffusionIntegrals diffusion = integrate_diffusion(*cell.element, cell.span());
  const int n = cell.element->n_vertices, dim = cell.element->dim, n_face = cell.element->n_faces;
  std::vector<double> mass, streaming, stiffness, face, slope;
  append(mass, c.mass, n, n);
  append(stiffness, diffusion.stiffness, n, n);
  for (int d = 0; d < dim; ++d) append(streaming, c.streaming[d], n, n);
  for (int k = 0; k < n_face; ++k) {
    append(slope, diffusion.normal_gradient[k], max_face_vertices, n);
    for (int d = 0; d < dim; ++d) append(face, c.faces[k][d], max_face_vertices, max_face_vertices);
  }
  py::dict out;
  out["volume"] = c.volume;
  out["node_volume"] =
      move_out(std::vector<double>(c.node_volume.begin(), c.node_volume.begin() + n), {n});
  out["mass"] = move_out(std::move(mass), {n, n});
  out["streaming"] = move_out(std::move(streaming), {dim, n, n});
  out["stiffness"] = move_out(std::move(stiffness), {n, n});
  out["faces"] = move_out(std::move(face), {n_face, dim, max_face_vertices, max_face_vertices});
  out["normal_gradient"] = move_out(std::move(slope), {n_face, max_face_vertices, n});
  return out;
}

std::string element_name(int dim, int n_vertices) {
  const Element* element = find_element(dim, n_vertices);
  return element == nullptr ? std::string{} : std::string{element->name};
}

std::vector<std::vector<int>> element_faces(int dim, int n_vertices) {
  const Element* element = find_element(dim, n_vertices);
  require(element != nullptr, "no element has that many vertices");
  std::vector<std::vector<int>> out;
  for (int k = 0; k < element->n_faces; ++k)
    out.emplace_back(element->face(k).begin(), element->face(k).end());
  return out;
}

}  // namespace

void bind_mesh(py::module_& m) {
  const auto points = py::arg("points").noconvert();
  const auto connectivity = py::arg("connectivity").noconvert();
  const auto offsets = py::arg("offsets").noconvert();
  m.def("element_name", &element_name, py::arg("dim"), py::arg("n_vertices"),
        "Name of the element with that many vertices, empty where there is none.");
  m.def("element_faces", &element_faces, py::arg("dim"), py::arg("n_vertices"),
        "Local vertices of each face of an element, in the order of face vertices.");
  m.def("topology", &topology, py::arg("dim"), connectivity, offsets,
        py::arg("cell_region").noconvert(),
        "Return cells, local, nodes, excess cells and the number of cells of unknown kind.");
  m.def("signed_volumes", &measured<signed_volumes>, points, connectivity, offsets,
        "Signed volume of each cell.");
  m.def("least_volumes", &measured<least_volumes>, points, connectivity, offsets,
        "Least Jacobian of each cell times the volume of the reference cell.");
  m.def("node_volumes", &measured<node_volumes>, points, connectivity, offsets,
        "Integral of each node's function.");
  m.def("mass_product", &product, points, connectivity, offsets, py::arg("values").noconvert(),
        "Integral of each node's function times a nodal field, column by column.");
  m.def("gradient_product", &gradients, points, connectivity, offsets, py::arg("field").noconvert(),
        py::arg("vectors").noconvert(),
        "Integral over each cell of nodal vectors times the gradient of a nodal field.");
  m.def("face_geometry", &faces, points, connectivity, offsets, py::arg("face_cells").noconvert(),
        py::arg("face_nodes").noconvert(),
        "Return mean unit normals out of the first cell, areas, nodal area vectors, masses.");
  m.def("cell_integrals", &integrals, py::arg("nodes").noconvert(),
        "All integrals of one cell (n_vertices, dim), by name.");
}

}  // namespace bte::bindings
