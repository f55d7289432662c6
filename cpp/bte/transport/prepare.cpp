#include "bte/transport/prepare.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "bte/mesh/integrals.hpp"
#include "bte/require.hpp"

namespace bte::transport {
namespace {

using Corners = std::array<Vector, max_vertices>;
using Key = std::array<std::int64_t, 3 * max_vertices + 1>;

// Coordinates from the first vertex, so that translates are equal.
Corners corners_of(const Plan& plan, std::span<const double> points, std::int32_t cell) {
  Corners corners{};
  const double* first = &points[std::int64_t(plan.first_node[cell]) * plan.dim];
  for (int v = 0; v < plan.vertices(cell); ++v) {
    for (int d = 0; d < plan.dim; ++d) corners[v][d] = first[v * plan.dim + d] - first[d];
  }
  return corners;
}

double size_of(const Corners& corners) {
  double size = 0;
  for (const Vector& x : corners) {
    for (const double value : x) size = std::max(size, std::abs(value));
  }
  return size;
}

// Whether the cell is its reference cell under an affine map, to rounding.
bool is_affine(const Corners& x, int n_vertices) {
  const double tolerance = 1e-13 * size_of(x);
  const int up = n_vertices == 6 ? 3 : 4;
  for (int d = 0; d < 3; ++d) {
    if (up == 4 && std::abs(x[2][d] - x[1][d] - x[3][d]) > tolerance) return false;
    for (int v = 1; v < up; ++v) {
      if (std::abs(x[v + up][d] - x[up][d] - x[v][d]) > tolerance) return false;
    }
  }
  return true;
}

// Equal for cells whose corners are the same to a trillionth of their size.
Key key_of(const Corners& corners, int n_vertices) {
  const double scale = std::exp2(40 - std::ceil(std::log2(size_of(corners))));
  Key key{n_vertices};
  for (int v = 0; v < max_vertices; ++v) {
    for (int d = 0; d < 3; ++d) key[3 * v + d + 1] = std::llround(corners[v][d] * scale);
  }
  return key;
}

void append(std::vector<double>& values, const Element& element, const Corners& corners) {
  const int n = element.n_vertices;
  const CellIntegrals cell = integrate(element, {corners.data(), static_cast<std::size_t>(n)});
  for (int d = 0; d < element.dim; ++d) {
    for (int i = 0; i < n; ++i) {
      values.insert(values.end(), cell.streaming[d][i].begin(), cell.streaming[d][i].begin() + n);
    }
  }
  for (int i = 0; i < n; ++i) {
    values.insert(values.end(), cell.mass[i].begin(), cell.mass[i].begin() + n);
  }
  for (int k = 0; k < element.n_faces; ++k) {
    for (int d = 0; d < element.dim; ++d) {
      for (const auto& row : cell.faces[k][d]) values.insert(values.end(), row.begin(), row.end());
    }
  }
  while (values.size() % Shapes::stride != 0) values.push_back(0);
}

// Centres of the cells, in units of 2^-bits of the mesh, bits of the coordinates interleaved.
std::vector<std::uint64_t> morton_codes(const Plan& plan, std::span<const double> points) {
  constexpr int bits = 20;
  const int dim = plan.dim;
  std::array<double, 3> low, high;
  low.fill(std::numeric_limits<double>::infinity());
  high.fill(-std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < points.size(); ++i) {
    low[i % dim] = std::min(low[i % dim], points[i]);
    high[i % dim] = std::max(high[i % dim], points[i]);
  }
  double size = 0;
  for (int d = 0; d < dim; ++d) size = std::max(size, high[d] - low[d]);
  std::vector<std::uint64_t> codes(plan.n_cell, 0);
  for (std::int32_t c = 0; c < plan.n_cell; ++c) {
    for (int d = 0; d < dim; ++d) {
      double sum = 0;
      for (int v = 0; v < plan.vertices(c); ++v) {
        sum += points[std::int64_t(plan.first_node[c] + v) * dim + d] - low[d];
      }
      const auto x =
          static_cast<std::uint64_t>(sum / (plan.vertices(c) * size) * ((1 << bits) - 1));
      for (int b = 0; b < bits; ++b) codes[c] |= (x >> b & 1u) << (b * dim + d);
    }
  }
  return codes;
}

// rows[i] <- rows[from[i]], each of `width`
template <class T>
void permute(std::vector<T>& rows, const std::vector<std::int32_t>& from, std::int64_t width) {
  if (rows.empty()) return;
  std::vector<T> moved(rows.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::copy_n(&rows[from[i] * width], width, &moved[std::int64_t(i) * width]);
  }
  rows = std::move(moved);
}

std::vector<float> widen(const std::vector<double>& rows, std::int32_t from, std::int32_t to,
                         bool repeat) {
  const auto n_row = static_cast<std::int64_t>(rows.size()) / from;
  std::vector<float> wide(static_cast<std::size_t>(n_row) * to, 0.0f);
  for (std::int64_t r = 0; r < n_row; ++r) {
    for (std::int32_t l = 0; l < to; ++l) {
      if (l >= from && !repeat) continue;
      wide[r * to + l] = static_cast<float>(rows[r * from + std::min(l, from - 1)]);
    }
  }
  return wide;
}

}  // namespace

void check_elements(Plan& plan) {
  for (std::int32_t c = 0; c < plan.n_cell; ++c) {
    const Element* element = find_element(plan.dim, plan.vertices(c));
    require(element != nullptr,
            "a cell must be a line, triangle, quadrilateral, tetrahedron, prism "
            "or hexahedron");
    require(element->n_faces <= plan.n_face && element->n_vertices <= plan.n_vertex,
            "face_vector and matching_vertex must hold all faces and vertices of a cell");
    for (int k = 0; k < element->n_faces; ++k) {
      plan.n_face_vertex = std::max(plan.n_face_vertex, element->n_face_vertices[k]);
    }
  }
}

Shapes make_shapes(const Plan& plan, std::span<const double> node_points) {
  Shapes shapes;
  std::map<Key, std::int32_t> known;
  for (std::int32_t c = 0; c < plan.n_cell; ++c) {
    const int n = plan.vertices(c);
    if (plan.dim < 3 || n < 6) continue;
    const Corners corners = corners_of(plan, node_points, c);
    if (is_affine(corners, n)) continue;
    if (shapes.of_cell.empty()) shapes.of_cell.assign(plan.n_cell, -1);
    const auto at = static_cast<std::int32_t>(shapes.values.size() / Shapes::stride);
    const auto [entry, is_new] = known.emplace(key_of(corners, n), at);
    if (is_new) append(shapes.values, plan.element(c), corners);
    shapes.of_cell[c] = entry->second;
  }
  shapes.values.shrink_to_fit();
  return shapes;
}

void renumber(Plan& plan, std::span<const double> node_points) {
  const std::vector<std::uint64_t> codes = morton_codes(plan, node_points);
  plan.cell_of.resize(plan.n_cell);
  std::iota(plan.cell_of.begin(), plan.cell_of.end(), 0);
  std::stable_sort(plan.cell_of.begin(), plan.cell_of.end(),
                   [&](std::int32_t a, std::int32_t b) { return codes[a] < codes[b]; });
  std::vector<std::int32_t> number(plan.n_cell), first(plan.n_cell + 1, 0);
  plan.first_node_of.resize(plan.n_cell);
  for (std::int32_t c = 0; c < plan.n_cell; ++c) {
    const std::int32_t from = plan.cell_of[c];
    number[from] = c;
    plan.first_node_of[c] = plan.first_node[from];
    first[c + 1] = first[c] + plan.vertices(from);
  }
  plan.first_node = std::move(first);
  permute(plan.face_vector, plan.cell_of, std::int64_t(plan.n_face) * plan.dim);
  permute(plan.volume, plan.cell_of, 1);
  permute(plan.zone, plan.cell_of, 1);
  permute(plan.neighbour, plan.cell_of, plan.n_face);
  permute(plan.matching_vertex, plan.cell_of, std::int64_t(plan.n_face) * plan.n_vertex);
  permute(plan.shapes.of_cell, plan.cell_of, 1);
  for (std::int32_t& other : plan.neighbour) {
    if (other >= 0) other = number[other];
  }
}

LaneTables<float> to_single(const LaneTables<double>& lanes) {
  const std::int32_t from = lanes.width;
  const std::int32_t to = (from + single_block - 1) / single_block * single_block;
  return {to,
          lanes.ordinate_rows,
          widen(lanes.inverse_mfp, from, to, true),
          widen(lanes.scattering, from, to, false),
          widen(lanes.energy, from, to, false),
          widen(lanes.flux, from, to, false),
          widen(lanes.lane_source, from, to, false)};
}

std::int32_t count_lanes(const LaneTables<double>& lanes) {
  std::int32_t n = 0;
  for (std::int64_t at = 0; at < lanes.rows() * lanes.width; ++at) {
    const auto l = static_cast<std::int32_t>(at % lanes.width);
    if (lanes.scattering[at] != 0 || lanes.energy[at] != 0 || lanes.flux[at] != 0) {
      n = std::max(n, l + 1);
    }
  }
  return n;
}

bool prefers_wavefronts(const Plan& plan, std::int32_t n_lane) {
  constexpr std::int32_t few_lanes = 2, few_cells = 10000;
  const bool simplices = plan.n_vertex == plan.dim + 1;
  return n_lane <= few_lanes && (!simplices || plan.n_cell <= few_cells);
}

void find_upwind_nodes(Plan& plan) {
  const std::int64_t n_face = plan.n_face, n_vertex = plan.n_vertex;
  plan.upwind_node.assign(plan.n_cell * n_face * n_vertex, 0);
  plan.outer_faces.assign(plan.n_cell, 0);
  for (std::int32_t c = 0; c < plan.n_cell; ++c) {
    const Element& element = plan.element(c);
    for (int k = 0; k < element.n_faces; ++k) {
      const std::int64_t face = c * n_face + k;
      const std::int32_t other = plan.neighbour[face];
      if (other < 0) plan.outer_faces[c] |= static_cast<std::uint8_t>(1u << k);
      for (int a = 0; a < element.n_face_vertices[k]; ++a) {
        const std::int64_t at = face * n_vertex + element.face_vertices[k][a];
        plan.upwind_node[at] = other < 0 ? plan.n_node + (-1 - other) * plan.n_face_vertex + a
                                         : plan.first_node[other] + plan.matching_vertex[at];
      }
    }
  }
}

}  // namespace bte::transport
