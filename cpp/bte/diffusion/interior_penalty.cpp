#include "bte/diffusion/interior_penalty.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "bte/require.hpp"

namespace bte::diffusion {
namespace {

bool couples(std::uint8_t kind) {
  return kind == static_cast<std::uint8_t>(FaceKind::interior) ||
         kind == static_cast<std::uint8_t>(FaceKind::resistive);
}

template <int D>
class Assembler {
  static constexpr int N = D + 1;
  using Vector = std::array<double, N>;

  // One side of a face: which cell, its vertices on the face, its normal derivative there.
  struct Side {
    std::int32_t cell;
    int face;
    Vector derivative{};  // weight * kappa grad phi_i . n, n out of side 0
  };

 public:
  Assembler(const Cells& cells, const Faces& faces) : m_cells(cells), m_faces(faces) {
    m_n_cell = static_cast<std::int32_t>(cells.volume.size());
  }

  BlockMatrix run() {
    lay_out();
    for (std::int32_t c = 0; c < m_n_cell; ++c) add_volume(c);
    for (std::int64_t f = 0; f < n_face(); ++f) add_face(f);
    return std::move(m_matrix);
  }

 private:
  std::int64_t n_face() const { return static_cast<std::int64_t>(m_faces.kind.size()); }
  const double* area_vector(std::int32_t c, int k) const {
    return &m_cells.face_vector[(std::int64_t(c) * N + k) * D];
  }

  void lay_out() {
    std::vector<std::vector<std::int32_t>> columns(m_n_cell);
    for (std::int32_t c = 0; c < m_n_cell; ++c) columns[c].push_back(c);
    for (std::int64_t f = 0; f < n_face(); ++f) {
      if (!couples(m_faces.kind[f])) continue;
      const std::int32_t a = m_faces.cells[2 * f], b = m_faces.cells[2 * f + 1];
      columns[a].push_back(b);
      columns[b].push_back(a);
    }
    m_matrix.row_start.assign(1, 0);
    for (auto& row : columns) {
      std::sort(row.begin(), row.end());
      row.erase(std::unique(row.begin(), row.end()), row.end());
      m_matrix.column.insert(m_matrix.column.end(), row.begin(), row.end());
      m_matrix.row_start.push_back(static_cast<std::int32_t>(m_matrix.column.size()));
    }
    m_matrix.blocks.assign(m_matrix.column.size() * N * N, 0.0);
  }

  double* block(std::int32_t row, std::int32_t column) {
    const auto first = m_matrix.column.begin() + m_matrix.row_start[row];
    const auto last = m_matrix.column.begin() + m_matrix.row_start[row + 1];
    const auto at = std::lower_bound(first, last, column) - m_matrix.column.begin();
    return &m_matrix.blocks[at * N * N];
  }

  // grad phi_i = -a_i / (d V)
  void add_volume(std::int32_t c) {
    double* to = block(c, c);
    const double scale = m_cells.conductivity[c] / (D * D * m_cells.volume[c]);
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        double dot = 0;
        for (int d = 0; d < D; ++d) dot += area_vector(c, i)[d] * area_vector(c, j)[d];
        to[i * N + j] += scale * dot;
      }
    }
  }

  Side side(std::int64_t f, int s, double weight, const double* normal) const {
    Side out{m_faces.cells[2 * f + s], m_faces.local[2 * f + s], {}};
    const double scale = -weight * m_cells.conductivity[out.cell] / (D * m_cells.volume[out.cell]);
    for (int i = 0; i < N; ++i) {
      for (int d = 0; d < D; ++d)
        out.derivative[i] += scale * area_vector(out.cell, i)[d] * normal[d];
    }
    return out;
  }

  void add_face(std::int64_t f) {
    const auto kind = static_cast<FaceKind>(m_faces.kind[f]);
    if (kind == FaceKind::insulated) return;
    const bool two = couples(m_faces.kind[f]);
    const bool consistent = kind == FaceKind::interior || kind == FaceKind::dirichlet;
    const std::int32_t c = m_faces.cells[2 * f];
    const double* a = area_vector(c, m_faces.local[2 * f]);
    double area = 0;
    for (int d = 0; d < D; ++d) area += a[d] * a[d];
    area = std::sqrt(area);
    double normal[D];
    for (int d = 0; d < D; ++d) normal[d] = a[d] / area;
    const double weight = consistent ? (two ? 0.5 : 1.0) : 0.0;
    const Side first = side(f, 0, weight, normal);
    if (!two) {
      couple(first, first, 1, 1, area, m_faces.strength[f]);
      return;
    }
    const Side second = side(f, 1, weight, normal);
    couple(first, first, 1, 1, area, m_faces.strength[f]);
    couple(first, second, 1, -1, area, m_faces.strength[f]);
    couple(second, first, -1, 1, area, m_faces.strength[f]);
    couple(second, second, -1, -1, area, m_faces.strength[f]);
  }

  // Block of test functions of `test` against trial functions of `trial`.
  void couple(const Side& test, const Side& trial, int test_sign, int trial_sign, double area,
              double strength) {
    double* to = block(test.cell, trial.cell);
    const double mean = area / D;
    const double mass = test_sign * trial_sign * strength * area / (D * (D + 1));
    for (int i = 0; i < N; ++i) {
      const bool i_on_face = i != test.face;
      const int match = i_on_face ? partner(test, i, trial) : -1;
      for (int j = 0; j < N; ++j) {
        const bool j_on_face = j != trial.face;
        double value = 0;
        if (i_on_face) value -= test_sign * mean * trial.derivative[j];
        if (j_on_face) value -= trial_sign * mean * test.derivative[i];
        if (i_on_face && j_on_face) value += mass * (j == match ? 2 : 1);
        to[i * N + j] += value;
      }
    }
  }

  int partner(const Side& from, int vertex, const Side& to) const {
    if (from.cell == to.cell) return vertex;
    return m_cells.matching_vertex[(std::int64_t(from.cell) * N + from.face) * N + vertex];
  }

  const Cells& m_cells;
  const Faces& m_faces;
  std::int32_t m_n_cell;
  BlockMatrix m_matrix;
};

}  // namespace

BlockMatrix interior_penalty(const Cells& cells, const Faces& faces) {
  require(cells.dim >= 1 && cells.dim <= 3, "dim must be 1, 2 or 3");
  require(faces.cells.size() == 2 * faces.kind.size() &&
              faces.local.size() == 2 * faces.kind.size() &&
              faces.strength.size() == faces.kind.size(),
          "face tables must agree in length");
  require(cells.conductivity.size() == cells.volume.size(),
          "conductivity must hold one value per cell");
  if (cells.dim == 1) return Assembler<1>(cells, faces).run();
  if (cells.dim == 2) return Assembler<2>(cells, faces).run();
  return Assembler<3>(cells, faces).run();
}

}  // namespace bte::diffusion
