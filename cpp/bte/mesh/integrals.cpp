#include "bte/mesh/integrals.hpp"

#include <algorithm>
#include <cmath>

#include "bte/mesh/shapes.hpp"

namespace bte {
namespace {

// Columns of the Jacobian; the identity in the dimensions that are not there.
std::array<Vector, 3> jacobian(const Element& element, std::span<const Vector> nodes,
                               const std::array<Vector, max_vertices>& slope) {
  std::array<Vector, 3> t{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  for (int r = 0; r < element.dim; ++r) t[r] = {};
  for (int i = 0; i < element.n_vertices; ++i)
    for (int r = 0; r < element.dim; ++r)
      for (int d = 0; d < 3; ++d) t[r][d] += nodes[i][d] * slope[i][r];
  return t;
}

double determinant(const Element& element, std::span<const Vector> nodes, const Shape& shape) {
  const auto t = jacobian(element, nodes, shape.slope);
  return dot(t[0], cross(t[1], t[2]));
}

Frame map_shape(const Element& element, std::span<const Vector> nodes, const Shape& shape) {
  const auto t = jacobian(element, nodes, shape.slope);
  const std::array<Vector, 3> cofactor{cross(t[1], t[2]), cross(t[2], t[0]), cross(t[0], t[1])};
  Frame frame{shape.value, {}, dot(t[0], cofactor[0])};
  for (int i = 0; i < element.n_vertices; ++i)
    for (int r = 0; r < element.dim; ++r)
      for (int d = 0; d < element.dim; ++d)
        frame.scaled_gradient[i][d] += cofactor[r][d] * shape.slope[i][r];
  return frame;
}

constexpr double reference_volume(const Element& element) {
  if (!element.is_simplex()) return element.n_vertices == 6 ? 0.5 : 1.0;
  return element.dim == 1 ? 1.0 : element.dim == 2 ? 0.5 : 1.0 / 6;
}

// Parallelograms, parallelepipeds and straight prisms to rounding: the Jacobian is constant there.
bool is_affine(const Element& element, std::span<const Vector> nodes) {
  if (element.is_simplex()) return true;
  // Rows a, b, c, d with x_a - x_b + x_c - x_d = 0.
  static constexpr std::array<std::array<int, 4>, 4> square{{{0, 1, 2, 3}}},
      prism{{{0, 1, 4, 3}, {0, 2, 5, 3}}},
      brick{{{0, 1, 2, 3}, {4, 5, 6, 7}, {0, 1, 5, 4}, {0, 3, 7, 4}}};
  const auto& rows = element.n_vertices == 4 ? square : element.n_vertices == 6 ? prism : brick;
  const int n_row = element.n_vertices == 4 ? 1 : element.n_vertices == 6 ? 2 : 4;
  for (int k = 0; k < n_row; ++k)
    for (int d = 0; d < element.dim; ++d) {
      const Vector &a = nodes[rows[k][0]], &b = nodes[rows[k][1]], &c = nodes[rows[k][2]];
      const double edges = std::abs(b[d] - a[d]) + std::abs(c[d] - b[d]);
      if (std::abs(a[d] - b[d] + c[d] - nodes[rows[k][3]][d]) > 1e-12 * edges) return false;
    }
  return true;
}

// int phi_i phi_j of the reference cell over its volume. Not for simplices.
CellMatrix reference_mass(const Element& element) {
  CellMatrix mass{};
  for (const QuadraturePoint& q : cell_rule(element))
    for (int i = 0; i < element.n_vertices; ++i)
      for (int j = 0; j < element.n_vertices; ++j)
        mass[i][j] += q.weight * q.shape.value[i] * q.shape.value[j] / reference_volume(element);
  return mass;
}

CellMatrix affine_mass(const Element& element, double volume) {
  static const std::array<CellMatrix, 3> reference{reference_mass(*find_element(2, 4)),
                                                   reference_mass(*find_element(3, 6)),
                                                   reference_mass(*find_element(3, 8))};
  CellMatrix mass = reference[(element.n_vertices - 4) / 2];
  for (auto& row : mass)
    for (double& m : row) m *= volume;
  return mass;
}

// Calls f with the frame and the weight at every point of the rule.
template <class Function>
void over_cell(const Element& element, std::span<const Vector> nodes, Function&& f) {
  for (const QuadraturePoint& q : cell_rule(element))
    f(map_shape(element, nodes, q.shape), q.weight);
}

void simplex_cell(const Element& element, std::span<const Vector> nodes, CellIntegrals& out) {
  const int n = element.n_vertices;
  const Frame frame = map_shape(element, nodes, shape_at(element, {}));
  out.volume = frame.det * reference_volume(element);
  out.mass = mass_matrix(element, nodes);
  for (int i = 0; i < n; ++i) {
    out.node_volume[i] = out.volume / n;
    for (int d = 0; d < element.dim; ++d)
      for (int j = 0; j < n; ++j)  // int phi_j = V / n
        out.streaming[d][i][j] = frame.scaled_gradient[i][d] * reference_volume(element) / n;
  }
  // The area vector of face k is -dim V grad phi_k.
  const double same = 2.0 / (element.dim * (element.dim + 1));
  for (int k = 0; k < n; ++k)
    for (int d = 0; d < element.dim; ++d) {
      const double area = -element.dim * reference_volume(element) * frame.scaled_gradient[k][d];
      for (int a = 0; a < element.dim; ++a)
        for (int b = 0; b < element.dim; ++b)
          out.faces[k][d][a][b] = area * (a == b ? same : same / 2);
    }
}

std::array<Vector, max_face_vertices> corners_of(const Element& element,
                                                 std::span<const Vector> nodes, int face) {
  std::array<Vector, max_face_vertices> corners{};
  const auto local = element.face(face);
  for (std::size_t a = 0; a < local.size(); ++a) corners[a] = nodes[local[a]];
  return corners;
}

// n dA per area of the reference face.
Vector normal_element(int dim, std::span<const Vector> corners, const Shape& shape) {
  std::array<Vector, 2> t{};
  for (std::size_t a = 0; a < corners.size(); ++a)
    for (int d = 0; d < dim; ++d) {
      t[0][d] += corners[a][d] * shape.slope[a][0];
      t[1][d] += corners[a][d] * shape.slope[a][1];
    }
  if (dim == 2) return {t[0][1], -t[0][0], 0.0};
  return cross(t[0], t[1]);
}

std::array<FaceMatrix, 3> warped_face_matrix(std::span<const Vector> corners) {
  static const auto rule = face_rule(4);
  std::array<FaceMatrix, 3> out{};
  for (const auto& [x, weight, shape] : rule) {
    const Vector n = normal_element(3, corners, shape);
    for (int d = 0; d < 3; ++d)
      for (int a = 0; a < 4; ++a)
        for (int b = 0; b < 4; ++b) out[d][a][b] += weight * n[d] * shape.value[a] * shape.value[b];
  }
  return out;
}

void face_normal_gradient(const Element& element, std::span<const Vector> nodes, int k,
                          DiffusionIntegrals& out) {
  static const std::array rules{face_rule(2), face_rule(3), face_rule(4)};
  const auto local = element.face(k);
  const auto corners = corners_of(element, nodes, k);
  for (const auto& [x, weight, shape] : rules[local.size() - 2]) {
    Vector reference{};
    for (std::size_t a = 0; a < local.size(); ++a)
      for (int d = 0; d < element.dim; ++d)
        reference[d] += shape.value[a] * reference_vertex(element, local[a])[d];
    const Vector n = normal_element(element.dim, {corners.data(), local.size()}, shape);
    const Frame frame = frame_at(element, nodes, reference);
    for (int j = 0; j < element.n_vertices; ++j) {
      const double slope = weight * dot(n, frame.scaled_gradient[j]) / frame.det;
      for (std::size_t a = 0; a < local.size(); ++a)
        out.normal_gradient[k][a][j] += slope * shape.value[a];
    }
  }
}

void simplex_diffusion(const Element& element, std::span<const Vector> nodes,
                       DiffusionIntegrals& out) {
  const int n = element.n_vertices;
  const Frame frame = map_shape(element, nodes, shape_at(element, {}));
  const double scale = reference_volume(element) / frame.det;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      const double product = scale * dot(frame.scaled_gradient[i], frame.scaled_gradient[j]);
      out.stiffness[i][j] = product;
      // Area vector -dim V grad phi_i, shared by dim vertices.
      for (int a = 0; a < element.dim; ++a) out.normal_gradient[i][a][j] = -product;
    }
}

}  // namespace

Frame frame_at(const Element& element, std::span<const Vector> nodes, const Vector& reference) {
  return map_shape(element, nodes, shape_at(element, reference));
}

std::array<FaceMatrix, 3> face_matrix(int dim, std::span<const Vector> corners) {
  if (corners.size() == 4) return warped_face_matrix(corners);
  std::array<FaceMatrix, 3> out{};
  Vector area{1.0, 0.0, 0.0};
  if (dim == 2) area = {corners[1][1] - corners[0][1], corners[0][0] - corners[1][0], 0.0};
  if (dim == 3) {
    area = cross(minus(corners[1], corners[0]), minus(corners[2], corners[0]));
    for (double& x : area) x /= 2;
  }
  const double same = 2.0 / (dim * (dim + 1));
  for (int d = 0; d < dim; ++d)
    for (int a = 0; a < dim; ++a)
      for (int b = 0; b < dim; ++b) out[d][a][b] = area[d] * (a == b ? same : same / 2);
  return out;
}

CellMatrix mass_matrix(const Element& element, std::span<const Vector> nodes) {
  CellMatrix mass{};
  const int n = element.n_vertices;
  if (element.is_simplex()) {
    const double scale = volume_of(element, nodes) / (n * (n + 1));
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) mass[i][j] = i == j ? 2 * scale : scale;
    return mass;
  }
  if (is_affine(element, nodes)) return affine_mass(element, volume_of(element, nodes));
  for (const QuadraturePoint& q : cell_rule(element)) {
    const double scale = q.weight * determinant(element, nodes, q.shape);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < max_vertices; ++j)
        mass[i][j] += scale * q.shape.value[i] * q.shape.value[j];
  }
  return mass;
}

CellIntegrals integrate(const Element& element, std::span<const Vector> nodes) {
  CellIntegrals out;
  if (element.is_simplex()) {
    simplex_cell(element, nodes, out);
    return out;
  }
  const int n = element.n_vertices;
  out.mass = mass_matrix(element, nodes);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) out.node_volume[i] += out.mass[i][j];
    out.volume += out.node_volume[i];
  }
  over_cell(element, nodes, [&](const Frame& frame, double weight) {
    for (int d = 0; d < element.dim; ++d)
      for (int i = 0; i < n; ++i) {
        const double scale = weight * frame.scaled_gradient[i][d];
        for (int j = 0; j < max_vertices; ++j) out.streaming[d][i][j] += scale * frame.value[j];
      }
  });
  for (int k = 0; k < element.n_faces; ++k) {
    const auto corners = corners_of(element, nodes, k);
    out.faces[k] = face_matrix(
        element.dim, {corners.data(), static_cast<std::size_t>(element.n_face_vertices[k])});
  }
  return out;
}

DiffusionIntegrals integrate_diffusion(const Element& element, std::span<const Vector> nodes) {
  DiffusionIntegrals out;
  if (element.is_simplex()) {
    simplex_diffusion(element, nodes, out);
    return out;
  }
  over_cell(element, nodes, [&](const Frame& frame, double weight) {
    for (int i = 0; i < element.n_vertices; ++i)
      for (int j = 0; j < element.n_vertices; ++j)
        out.stiffness[i][j] +=
            weight / frame.det * dot(frame.scaled_gradient[i], frame.scaled_gradient[j]);
  });
  for (int k = 0; k < element.n_faces; ++k) face_normal_gradient(element, nodes, k, out);
  return out;
}

double volume_of(const Element& element, std::span<const Vector> nodes) {
  if (is_affine(element, nodes))
    return determinant(element, nodes, shape_at(element, {})) * reference_volume(element);
  double volume = 0;
  for (const QuadraturePoint& q : cell_rule(element))
    volume += q.weight * determinant(element, nodes, q.shape);
  return volume;
}

double least_volume(const Element& element, std::span<const Vector> nodes) {
  if (is_affine(element, nodes)) return volume_of(element, nodes);
  double least = frame_at(element, nodes, reference_vertex(element, 0)).det;
  for (int i = 1; i < element.n_vertices; ++i)
    least = std::min(least, frame_at(element, nodes, reference_vertex(element, i)).det);
  for (const QuadraturePoint& q : cell_rule(element))
    least = std::min(least, determinant(element, nodes, q.shape));
  return least * reference_volume(element);
}

}  // namespace bte
