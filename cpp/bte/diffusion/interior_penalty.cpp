#include "bte/diffusion/interior_penalty.hpp"

#include <algorithm>
#include <array>

#include "bte/mesh/integrals.hpp"
#include "bte/require.hpp"

namespace bte::diffusion {
namespace {

using Corners = std::array<Vector, max_vertices>;

bool couples(std::uint8_t kind) {
  return kind == static_cast<std::uint8_t>(JointKind::interior) ||
         kind == static_cast<std::uint8_t>(JointKind::resistive);
}

bool conducts(std::uint8_t kind) {
  return kind == static_cast<std::uint8_t>(JointKind::interior) ||
         kind == static_cast<std::uint8_t>(JointKind::dirichlet);
}

int size_of(const Cells& cells, std::int32_t c) {
  return static_cast<int>(cells.offsets[c + 1] - cells.offsets[c]);
}

const Element& element_of(const Cells& cells, std::int32_t c) {
  return *find_element(cells.dim, size_of(cells, c));
}

Corners corners_of(const Cells& cells, std::int32_t c) {
  Corners corners{};
  const int n = size_of(cells, c);
  for (int i = 0; i < n; ++i)
    for (int d = 0; d < cells.dim; ++d)
      corners[i][d] = cells.node_points[(cells.offsets[c] + i) * cells.dim + d];
  return corners;
}

void check(const Cells& cells) {
  require(cells.dim >= 1 && cells.dim <= 3, "dim must be 1, 2 or 3");
  require(!cells.offsets.empty() && cells.node_points.size() ==
                                        static_cast<std::size_t>(cells.offsets.back()) * cells.dim,
          "node_points must hold one point per node");
  for (std::int32_t c = 0; c < cells.n_cell(); ++c)
    require(find_element(cells.dim, size_of(cells, c)) != nullptr, "a cell is of no known kind");
}

class Assembler {
 public:
  Assembler(const Cells& cells, std::span<const double> conductivity, const Joints& joints)
      : m_cells(cells),
        m_conductivity(conductivity),
        m_joints(joints) {}

  BlockMatrix run() {
    lay_out();
    for (std::int32_t c = 0; c < m_cells.n_cell(); ++c)
      if (m_conductivity[c] != 0) add_conduction(c);
    for (std::int64_t f = 0; f < n_joint(); ++f) add_exchange(f);
    return std::move(m_matrix);
  }

 private:
  struct Place {
    std::int64_t joint;
    int side;
  };

  std::int64_t n_joint() const { return static_cast<std::int64_t>(m_joints.kind.size()); }
  std::int32_t cell(std::int64_t joint, int side) const { return m_joints.cells[2 * joint + side]; }
  int n_side(std::int64_t joint) const { return couples(m_joints.kind[joint]) ? 2 : 1; }

  // Vertex of the cell at a place of the joint, -1 where the face has fewer.
  int vertex(std::int64_t joint, int side, int at) const {
    const std::int32_t node = m_joints.nodes[(2 * joint + side) * m_joints.n_vertex + at];
    return node < 0 ? -1 : static_cast<int>(node - m_cells.offsets[cell(joint, side)]);
  }

  void lay_out() {
    const std::int32_t n = m_cells.n_cell();
    m_first.assign(n + 1, 0);
    for (std::int64_t f = 0; f < n_joint(); ++f)
      for (int s = 0; s < n_side(f); ++s) ++m_first[cell(f, s) + 1];
    for (std::int32_t c = 0; c < n; ++c) m_first[c + 1] += m_first[c];
    m_places.resize(m_first[n]);
    std::vector<std::int64_t> next(m_first.begin(), m_first.end() - 1);
    for (std::int64_t f = 0; f < n_joint(); ++f)
      for (int s = 0; s < n_side(f); ++s) m_places[next[cell(f, s)]++] = {f, s};
    std::vector<std::int32_t> row;
    m_matrix.row_start.assign(1, 0);
    for (std::int32_t c = 0; c < n; ++c) {
      row.assign(1, c);
      for (std::int64_t k = m_first[c]; k < m_first[c + 1]; ++k)
        if (n_side(m_places[k].joint) == 2)
          row.push_back(cell(m_places[k].joint, 1 - m_places[k].side));
      std::sort(row.begin(), row.end());
      row.erase(std::unique(row.begin(), row.end()), row.end());
      for (const std::int32_t d : row) {
        m_matrix.column.push_back(d);
        m_at.push_back(m_size);
        m_size += std::int64_t(size_of(m_cells, c)) * size_of(m_cells, d);
      }
      m_matrix.row_start.push_back(static_cast<std::int32_t>(m_matrix.column.size()));
    }
    m_matrix.blocks.assign(m_size, 0.0);
  }

  double* block(std::int32_t row, std::int32_t column) {
    const auto first = m_matrix.column.begin() + m_matrix.row_start[row];
    const auto last = m_matrix.column.begin() + m_matrix.row_start[row + 1];
    return &m_matrix.blocks[m_at[std::lower_bound(first, last, column) - m_matrix.column.begin()]];
  }

  // All that the gradients in one cell take part in.
  void add_conduction(std::int32_t c) {
    const Element& element = element_of(m_cells, c);
    const Corners corners = corners_of(m_cells, c);
    const int n = element.n_vertices;
    const DiffusionIntegrals integrals =
        integrate_diffusion(element, {corners.data(), static_cast<std::size_t>(n)});
    double* own = block(c, c);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) own[i * n + j] += m_conductivity[c] * integrals.stiffness[i][j];
    for (std::int64_t k = m_first[c]; k < m_first[c + 1]; ++k)
      if (conducts(m_joints.kind[m_places[k].joint])) add_derivative(m_places[k], c, integrals);
  }

  // - {kappa dE/dn}[v] and its transpose, the part of one side's derivative.
  void add_derivative(const Place& place, std::int32_t c, const DiffusionIntegrals& integrals) {
    const auto [f, t] = place;
    const int n = size_of(m_cells, c), k = m_joints.local[2 * f + t];
    const auto table = element_of(m_cells, c).face(k);
    const double scale = m_conductivity[c] / n_side(f);
    for (int s = 0; s < n_side(f); ++s) {
      const std::int32_t other = cell(f, s);
      const int m = size_of(m_cells, other);
      double *down = block(other, c), *across = block(c, other);
      const double factor = s == t ? -scale : scale;
      for (int p = 0; p < m_joints.n_vertex && vertex(f, s, p) >= 0; ++p) {
        const int i = vertex(f, s, p);
        const auto a = std::find(table.begin(), table.end(), vertex(f, t, p)) - table.begin();
        for (int j = 0; j < n; ++j) {
          const double value = factor * integrals.normal_gradient[k][a][j];
          down[i * n + j] += value;
          across[j * m + i] += value;
        }
      }
    }
  }

  // strength [E][v]
  void add_exchange(std::int64_t f) {
    if (m_joints.kind[f] == static_cast<std::uint8_t>(JointKind::insulated)) return;
    const int wide = m_joints.n_vertex;
    for (int s = 0; s < n_side(f); ++s)
      for (int t = 0; t < n_side(f); ++t) {
        double* to = block(cell(f, s), cell(f, t));
        const int n = size_of(m_cells, cell(f, t));
        const double scale = s == t ? m_joints.strength[f] : -m_joints.strength[f];
        for (int p = 0; p < wide && vertex(f, s, p) >= 0; ++p)
          for (int q = 0; q < wide && vertex(f, t, q) >= 0; ++q)
            to[vertex(f, s, p) * n + vertex(f, t, q)] +=
                scale * m_joints.mass[(f * wide + p) * wide + q];
      }
  }

  const Cells& m_cells;
  std::span<const double> m_conductivity;
  const Joints& m_joints;
  std::vector<std::int64_t> m_first;  // into m_places, by cell
  std::vector<Place> m_places;
  std::vector<std::int64_t> m_at;  // where each block begins
  std::int64_t m_size = 0;
  BlockMatrix m_matrix;
};

void check(const Cells& cells, const Joints& joints) {
  const std::size_t n = joints.kind.size(), wide = static_cast<std::size_t>(joints.n_vertex);
  require(joints.cells.size() == 2 * n && joints.local.size() == 2 * n &&
              joints.nodes.size() == 2 * n * wide && joints.mass.size() == n * wide * wide &&
              joints.strength.size() == n,
          "joint tables must agree in length");
  for (std::size_t f = 0; f < n; ++f)
    for (std::size_t s = 0; s < (couples(joints.kind[f]) ? 2u : 1u); ++s) {
      const std::int32_t c = joints.cells[2 * f + s];
      require(c >= 0 && c < cells.n_cell(), "a joint names a cell that is not there");
      const Element& element = element_of(cells, c);
      const int k = joints.local[2 * f + s];
      require(k >= 0 && k < element.n_faces, "a joint names a face that its cell has not");
      for (std::size_t p = 0; p < element.face(k).size(); ++p) {
        const std::int32_t node =
            p < wide ? joints.nodes[(2 * f + s) * wide + p] : std::int32_t{-1};
        const auto table = element.face(k);
        require(std::find(table.begin(), table.end(), node - cells.offsets[c]) != table.end(),
                "the nodes of a joint must be those of its face");
      }
    }
}

}  // namespace

BlockMatrix interior_penalty(const Cells& cells, std::span<const double> conductivity,
                             const Joints& joints) {
  check(cells);
  check(cells, joints);
  require(static_cast<std::int32_t>(conductivity.size()) == cells.n_cell(),
          "conductivity must hold one value per cell");
  return Assembler(cells, conductivity, joints).run();
}

std::vector<double> side_derivatives(const Cells& cells, std::span<const std::int32_t> cell,
                                     std::span<const std::int32_t> local, int n_face_vertex,
                                     int n_cell_vertex) {
  check(cells);
  require(cell.size() == local.size(), "cell and local must agree in length");
  std::vector<double> out(cell.size() * n_face_vertex * n_cell_vertex, 0.0);
  for (std::size_t s = 0; s < cell.size(); ++s) {
    require(cell[s] >= 0 && cell[s] < cells.n_cell(), "a side names a cell that is not there");
    const Element& element = element_of(cells, cell[s]);
    require(local[s] >= 0 && local[s] < element.n_faces &&
                element.n_face_vertices[local[s]] <= n_face_vertex &&
                element.n_vertices <= n_cell_vertex,
            "a side names a face that its cell has not");
    const Corners corners = corners_of(cells, cell[s]);
    const DiffusionIntegrals integrals = integrate_diffusion(
        element, {corners.data(), static_cast<std::size_t>(element.n_vertices)});
    for (int a = 0; a < element.n_face_vertices[local[s]]; ++a)
      for (int j = 0; j < element.n_vertices; ++j)
        out[(s * n_face_vertex + a) * n_cell_vertex + j] =
            integrals.normal_gradient[local[s]][a][j];
  }
  return out;
}

std::vector<double> nodal_gradient(const Cells& cells, std::span<const double> values) {
  check(cells);
  require(static_cast<std::int64_t>(values.size()) == cells.offsets.back(),
          "values must hold one value per node");
  std::vector<double> out(values.size() * cells.dim, 0.0);
  for (std::int32_t c = 0; c < cells.n_cell(); ++c) {
    const Element& element = element_of(cells, c);
    const Corners corners = corners_of(cells, c);
    const std::span<const Vector> nodes{corners.data(),
                                        static_cast<std::size_t>(element.n_vertices)};
    for (int i = 0; i < element.n_vertices; ++i) {
      const Frame frame = frame_at(element, nodes, reference_vertex(element, i));
      for (int j = 0; j < element.n_vertices; ++j)
        for (int d = 0; d < cells.dim; ++d)
          out[(cells.offsets[c] + i) * cells.dim + d] +=
              frame.scaled_gradient[j][d] / frame.det * values[cells.offsets[c] + j];
    }
  }
  return out;
}

}  // namespace bte::diffusion
