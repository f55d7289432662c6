#include "bindings/arrays.hpp"
#include "bte/diffusion/interior_penalty.hpp"
#include "bte/diffusion/two_level.hpp"
#include "bte/require.hpp"

namespace bte::bindings {
namespace {

using diffusion::BlockView;
using diffusion::Sparse;
using diffusion::TwoLevel;

diffusion::Cells view_cells(const array<double>& node_points, const array<std::int64_t>& offsets) {
  require(node_points.ndim() == 2, "node_points must have shape (node, dim)");
  return {static_cast<int>(node_points.shape(1)), view(node_points), view(offsets)};
}

py::tuple interior_penalty(const array<double>& node_points, const array<std::int64_t>& offsets,
                           const array<double>& conductivity, const array<std::int32_t>& cells,
                           const array<std::int8_t>& local, const array<std::int32_t>& nodes,
                           const array<double>& mass, const array<std::uint8_t>& kind,
                           const array<double>& strength) {
  require(nodes.ndim() == 3, "nodes must have shape (joint, 2, vertex)");
  const diffusion::Cells seen = view_cells(node_points, offsets);
  const diffusion::Joints joints{static_cast<int>(nodes.shape(2)),
                                 view(cells),
                                 view(local),
                                 view(nodes),
                                 view(mass),
                                 view(kind),
                                 view(strength)};
  diffusion::BlockMatrix matrix;
  {
    py::gil_scoped_release release;  // only spans and the core's own memory are touched
    matrix = diffusion::interior_penalty(seen, view(conductivity), joints);
  }
  const auto rows = static_cast<py::ssize_t>(matrix.row_start.size());
  const auto blocks = static_cast<py::ssize_t>(matrix.column.size());
  const auto entries = static_cast<py::ssize_t>(matrix.blocks.size());
  return py::make_tuple(move_out(std::move(matrix.row_start), {rows}),
                        move_out(std::move(matrix.column), {blocks}),
                        move_out(std::move(matrix.blocks), {entries}));
}

py::array_t<double> side_derivatives(const array<double>& node_points,
                                     const array<std::int64_t>& offsets,
                                     const array<std::int32_t>& cell,
                                     const array<std::int32_t>& local, int n_face_vertex,
                                     int n_cell_vertex) {
  return move_out(diffusion::side_derivatives(view_cells(node_points, offsets), view(cell),
                                              view(local), n_face_vertex, n_cell_vertex),
                  {cell.size(), n_face_vertex, n_cell_vertex});
}

py::array_t<double> nodal_gradient(const array<double>& node_points,
                                   const array<std::int64_t>& offsets,
                                   const array<double>& values) {
  const diffusion::Cells cells = view_cells(node_points, offsets);
  return move_out(diffusion::nodal_gradient(cells, view(values)), {values.size(), cells.dim});
}

BlockView view_blocks(const array<std::int64_t>& offsets, const array<std::int32_t>& row_start,
                      const array<std::int32_t>& column, const array<double>& blocks) {
  const BlockView matrix{view(offsets), view(row_start), view(column), view(blocks)};
  diffusion::check(matrix);
  return matrix;
}

py::tuple rows_out(Sparse&& matrix) {
  const auto rows = static_cast<py::ssize_t>(matrix.row_start.size());
  const auto entries = static_cast<py::ssize_t>(matrix.column.size());
  return py::make_tuple(move_out(std::move(matrix.row_start), {rows}),
                        move_out(std::move(matrix.column), {entries}),
                        move_out(std::move(matrix.value), {entries}));
}

py::tuple expand(const array<std::int64_t>& offsets, const array<std::int32_t>& row_start,
                 const array<std::int32_t>& column, const array<double>& blocks) {
  const BlockView matrix = view_blocks(offsets, row_start, column, blocks);
  Sparse rows;
  {
    py::gil_scoped_release release;
    rows = diffusion::expand(matrix);
  }
  return rows_out(std::move(rows));
}

py::tuple galerkin(const array<std::int64_t>& offsets, const array<std::int32_t>& row_start,
                   const array<std::int32_t>& column, const array<double>& blocks,
                   const array<std::int32_t>& vertex, std::int32_t n_vertex) {
  const BlockView matrix = view_blocks(offsets, row_start, column, blocks);
  require(vertex.size() == matrix.n_node(), "vertex must hold one value per node");
  for (const std::int32_t v : view(vertex))
    require(v >= 0 && v < n_vertex, "vertex must lie below n_vertex");
  Sparse rows;
  {
    py::gil_scoped_release release;
    rows = diffusion::galerkin(matrix, view(vertex), n_vertex);
  }
  return rows_out(std::move(rows));
}

Sparse rows_in(const py::handle& matrix) {
  const auto parts = py::cast<py::tuple>(matrix);
  const auto copy = [](const auto& a) {
    const auto seen = view(a);
    return std::vector(seen.begin(), seen.end());
  };
  return {copy(py::cast<array<std::int32_t>>(parts[0])),
          copy(py::cast<array<std::int32_t>>(parts[1])), copy(py::cast<array<double>>(parts[2]))};
}

TwoLevel make_two_level(const array<std::int64_t>& offsets, const array<std::int32_t>& row_start,
                        const array<std::int32_t>& column, const array<double>& blocks,
                        const array<std::uint8_t>& walled, const array<std::int32_t>& vertex,
                        const py::list& levels, const array<double>& inverse) {
  std::vector<diffusion::Level> hierarchy;
  for (const py::handle& level : levels) {
    const auto parts = py::cast<py::tuple>(level);
    hierarchy.push_back({rows_in(parts[0]), rows_in(parts[1]), rows_in(parts[2])});
  }
  const auto seen = view(inverse);
  return {view_blocks(offsets, row_start, column, blocks), view(walled), view(vertex),
          diffusion::Multigrid(std::move(hierarchy), {seen.begin(), seen.end()})};
}

// A call that fills a vector of one value per node.
template <class Fill>
py::array_t<double> nodal(const TwoLevel& self, const array<double>& given, const Fill& fill) {
  require(given.size() == self.n_node(), "a vector must hold one value per node");
  std::vector<double> values(self.n_node());
  {
    py::gil_scoped_release release;
    fill(view(given), values);
  }
  const auto n = static_cast<py::ssize_t>(values.size());
  return move_out(std::move(values), {n});
}

void bind_two_level(py::module_& m) {
  py::class_<TwoLevel>(m, "TwoLevel",
                       "Two-level solver of a block matrix: multigrid on the continuous functions, "
                       "and the cells' own blocks.")
      .def(py::init(&make_two_level), py::kw_only(), py::arg("offsets").noconvert(),
           py::arg("row_start").noconvert(), py::arg("column").noconvert(),
           py::arg("blocks").noconvert(), py::arg("walled").noconvert(),
           py::arg("vertex").noconvert(), py::arg("levels"), py::arg("inverse").noconvert(),
           py::keep_alive<1, 2>(), py::keep_alive<1, 3>(), py::keep_alive<1, 4>(),
           py::keep_alive<1, 5>())
      .def(
          "product",
          [](const TwoLevel& self, const array<double>& x, int threads) {
            return nodal(self, x, [&](auto in, auto& out) { self.product(in, out, threads); });
          },
          py::arg("x").noconvert(), py::arg("threads"), "Return K x.")
      .def(
          "precondition",
          [](const TwoLevel& self, const array<double>& r, int threads) {
            return nodal(self, r, [&](auto in, auto& out) { self.precondition(in, out, threads); });
          },
          py::arg("r").noconvert(), py::arg("threads"), "Return M r.")
      .def(
          "solve",
          [](const TwoLevel& self, const array<double>& load, int steps, double low, double high,
             int threads) {
            return nodal(self, load, [&](auto in, auto& out) {
              out = self.solve(in, steps, low, high, threads);
            });
          },
          py::arg("load").noconvert(), py::kw_only(), py::arg("steps"), py::arg("low"),
          py::arg("high"), py::arg("threads"),
          "Return a fixed polynomial of M K applied to M load: Chebyshev iteration on (low, "
          "high).");
}

}  // namespace

void bind_diffusion(py::module_& m) {
  m.def("interior_penalty", &interior_penalty, py::kw_only(), py::arg("node_points").noconvert(),
        py::arg("offsets").noconvert(), py::arg("conductivity").noconvert(),
        py::arg("cells").noconvert(), py::arg("local").noconvert(), py::arg("nodes").noconvert(),
        py::arg("mass").noconvert(), py::arg("kind").noconvert(), py::arg("strength").noconvert(),
        "Return row starts, columns and blocks of the symmetric interior-penalty matrix.");
  m.def("side_derivatives", &side_derivatives, py::kw_only(), py::arg("node_points").noconvert(),
        py::arg("offsets").noconvert(), py::arg("cell").noconvert(), py::arg("local").noconvert(),
        py::arg("n_face_vertex"), py::arg("n_cell_vertex"),
        "Return int phi_a dphi_j/dn dA over faces of cells (side, face vertex, cell vertex).");
  m.def("nodal_gradient", &nodal_gradient, py::kw_only(), py::arg("node_points").noconvert(),
        py::arg("offsets").noconvert(), py::arg("values").noconvert(),
        "Return the gradient of a nodal field at every node (node, dim).");
  m.def("expand_blocks", &expand, py::kw_only(), py::arg("offsets").noconvert(),
        py::arg("row_start").noconvert(), py::arg("column").noconvert(),
        py::arg("blocks").noconvert(), "Return compressed rows of a block matrix.");
  m.def("galerkin", &galerkin, py::kw_only(), py::arg("offsets").noconvert(),
        py::arg("row_start").noconvert(), py::arg("column").noconvert(),
        py::arg("blocks").noconvert(), py::arg("vertex").noconvert(), py::arg("n_vertex"),
        "Return compressed rows of P^T K P, P copying unknown vertex[node] to every node.");
  bind_two_level(m);
}

}  // namespace bte::bindings
