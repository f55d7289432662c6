#include "bte/mesh/integrals.hpp"

#include <algorithm>
#include <cmath>

namespace bte {
namespace {

// Gauss-Legendre on (0, 1) with three points, exact to degree 5.
const double gauss_offset = std::sqrt(0.15);
const std::array<double, 3> gauss_point{0.5 - gauss_offset, 0.5, 0.5 + gauss_offset};
constexpr std::array<double, 3> gauss_weight{5.0 / 18, 8.0 / 18, 5.0 / 18};

struct Shape {
  std::array<double, max_vertices> value{};
  std::array<Vector, max_vertices> slope{};  // in the reference cell
};

// Corners of the square and the cube.
constexpr std::array<std::array<int, 3>, 8> cube{
    {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}}};

Shape simplex_shape(int dim, const Vector& x) {
  Shape s;
  s.value[0] = 1;
  for (int d = 0; d < dim; ++d) {
    s.value[0] -= x[d];
    s.value[d + 1] = x[d];
    s.slope[0][d] = -1;
    s.slope[d + 1][d] = 1;
  }
  return s;
}

Shape tensor_shape(const Element& element, const Vector& x) {
  Shape s;
  for (int i = 0; i < element.n_vertices; ++i) {
    std::array<double, 3> f{1, 1, 1}, df{};
    for (int d = 0; d < element.dim; ++d) {
      f[d] = cube[i][d] ? x[d] : 1 - x[d];
      df[d] = cube[i][d] ? 1 : -1;
    }
    s.value[i] = f[0] * f[1] * f[2];
    s.slope[i] = {df[0] * f[1] * f[2], f[0] * df[1] * f[2], f[0] * f[1] * df[2]};
  }
  return s;
}

Shape prism_shape(const Vector& x) {
  const Shape triangle = simplex_shape(2, x);
  Shape s;
  for (int i = 0; i < 6; ++i) {
    const double height = i < 3 ? 1 - x[2] : x[2], rise = i < 3 ? -1 : 1;
    s.value[i] = triangle.value[i % 3] * height;
    s.slope[i] = {triangle.slope[i % 3][0] * height, triangle.slope[i % 3][1] * height,
                  triangle.value[i % 3] * rise};
  }
  return s;
}

Shape shape_at(const Element& element, const Vector& x) {
  if (element.is_simplex()) return simplex_shape(element.dim, x);
  return element.n_vertices == 6 ? prism_shape(x) : tensor_shape(element, x);
}

struct QuadraturePoint {
  Vector x;
  double weight;
  Shape shape;
};
using Rule = std::vector<QuadraturePoint>;

Rule tensor_rule(const Element& element) {
  Rule rule;
  const int depth = element.dim == 3 ? 3 : 1;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < depth; ++k) {
        const Vector x{gauss_point[i], gauss_point[j], element.dim == 3 ? gauss_point[k] : 0.0};
        const double w = gauss_weight[i] * gauss_weight[j];
        rule.push_back({x, element.dim == 3 ? w * gauss_weight[k] : w, tensor_shape(element, x)});
      }
  return rule;
}

// Radon's rule of degree 5 on the triangle with seven points, times Gauss.
Rule prism_rule() {
  const double root = std::sqrt(15.0);
  std::vector<std::array<double, 3>> triangle{{1.0 / 3, 1.0 / 3, 9.0 / 80}};
  for (const double sign : {-1.0, 1.0}) {
    const double a = (6 + sign * root) / 21, w = (155 + sign * root) / 2400;
    triangle.insert(triangle.end(), {{a, a, w}, {1 - 2 * a, a, w}, {a, 1 - 2 * a, w}});
  }
  Rule rule;
  for (const auto& [x, y, w] : triangle)
    for (int k = 0; k < 3; ++k) {
      const Vector at{x, y, gauss_point[k]};
      rule.push_back({at, w * gauss_weight[k], prism_shape(at)});
    }
  return rule;
}

// Not for simplices.
const Rule& cell_rule(const Element& element) {
  static const Rule quadrilateral = tensor_rule(*find_element(2, 4));
  static const Rule prism = prism_rule();
  static const Rule hexahedron = tensor_rule(*find_element(3, 8));
  return element.n_vertices == 4 ? quadrilateral : element.n_vertices == 6 ? prism : hexahedron;
}

Frame map_shape(const Element& element, std::span<const Vector> nodes, const Shape& shape) {
  // Columns of the Jacobian; the identity in the dimensions that are not there.
  std::array<Vector, 3> t{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  for (int r = 0; r < element.dim; ++r) {
    t[r] = {};
    for (int i = 0; i < element.n_vertices; ++i)
      for (int d = 0; d < element.dim; ++d) t[r][d] += nodes[i][d] * shape.slope[i][r];
  }
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

// Sums |J| f over the points of the cell: f is called with the frame and the weight.
template <class Function>
void over_cell(const Element& element, std::span<const Vector> nodes, Function&& f) {
  for (const QuadraturePoint& q : cell_rule(element))
    f(map_shape(element, nodes, q.shape), q.weight);
}

void simplex_cell(const Element& element, std::span<const Vector> nodes, CellIntegrals& out) {
  const int n = element.n_vertices;
  const Frame frame = map_shape(element, nodes, simplex_shape(element.dim, {}));
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

// The functions of a face with 2, 3 or 4 corners at a point of it, and their slopes.
Shape face_shape(std::size_t n_corner, const Vector& x) {
  if (n_corner < 4) return simplex_shape(static_cast<int>(n_corner) - 1, x);
  return tensor_shape(*find_element(2, 4), x);
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

// Points and weights on a reference face.
std::vector<std::pair<Vector, double>> face_rule(std::size_t n_corner) {
  std::vector<std::pair<Vector, double>> rule;
  if (n_corner == 3) {
    for (const QuadraturePoint& q : cell_rule(*find_element(3, 6)))
      if (q.x[2] == 0.5) rule.push_back({{q.x[0], q.x[1], 0.0}, q.weight / gauss_weight[1]});
    return rule;
  }
  for (int i = 0; i < 3; ++i) {
    if (n_corner == 2) rule.push_back({{gauss_point[i], 0.0, 0.0}, gauss_weight[i]});
    for (int j = 0; n_corner == 4 && j < 3; ++j)
      rule.push_back({{gauss_point[i], gauss_point[j], 0.0}, gauss_weight[i] * gauss_weight[j]});
  }
  return rule;
}

std::array<FaceMatrix, 3> warped_face_matrix(std::span<const Vector> corners) {
  static const auto rule = face_rule(4);
  std::array<FaceMatrix, 3> out{};
  for (const auto& [x, weight] : rule) {
    const Shape shape = face_shape(4, x);
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
  for (const auto& [x, weight] : rules[local.size() - 2]) {
    const Shape shape = face_shape(local.size(), x);
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
  const Frame frame = map_shape(element, nodes, simplex_shape(element.dim, {}));
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

Vector reference_vertex(const Element& element, int vertex) {
  Vector x{};
  if (element.is_simplex() || element.n_vertices == 6) {
    const int corner = element.n_vertices == 6 ? vertex % 3 : vertex;
    if (corner > 0) x[corner - 1] = 1;
    if (element.n_vertices == 6 && vertex >= 3) x[2] = 1;
    return x;
  }
  for (int d = 0; d < element.dim; ++d) x[d] = cube[vertex][d];
  return x;
}

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
  over_cell(element, nodes, [&](const Frame& frame, double weight) {
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        mass[i][j] += weight * frame.det * frame.value[i] * frame.value[j];
  });
  return mass;
}

CellIntegrals integrate(const Element& element, std::span<const Vector> nodes) {
  CellIntegrals out;
  if (element.is_simplex()) {
    simplex_cell(element, nodes, out);
    return out;
  }
  const int n = element.n_vertices;
  over_cell(element, nodes, [&](const Frame& frame, double weight) {
    out.volume += weight * frame.det;
    for (int i = 0; i < n; ++i) {
      out.node_volume[i] += weight * frame.det * frame.value[i];
      for (int j = 0; j < n; ++j)
        out.mass[i][j] += weight * frame.det * frame.value[i] * frame.value[j];
      for (int d = 0; d < element.dim; ++d)
        for (int j = 0; j < n; ++j)
          out.streaming[d][i][j] += weight * frame.scaled_gradient[i][d] * frame.value[j];
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
  if (element.is_simplex()) return frame_at(element, nodes, {}).det * reference_volume(element);
  double volume = 0;
  over_cell(element, nodes,
            [&](const Frame& frame, double weight) { volume += weight * frame.det; });
  return volume;
}

double least_volume(const Element& element, std::span<const Vector> nodes) {
  if (element.is_simplex()) return volume_of(element, nodes);
  double least = frame_at(element, nodes, reference_vertex(element, 0)).det;
  for (int i = 1; i < element.n_vertices; ++i)
    least = std::min(least, frame_at(element, nodes, reference_vertex(element, i)).det);
  over_cell(element, nodes,
            [&](const Frame& frame, double) { least = std::min(least, frame.det); });
  return least * reference_volume(element);
}

}  // namespace bte
