#include "bte/mesh/shapes.hpp"

#include <cmath>

namespace bte {
namespace {

// Gauss-Legendre on (0, 1) with three points, exact to degree 5.
const double gauss_offset = std::sqrt(0.15);
const std::array<double, 3> gauss_point{0.5 - gauss_offset, 0.5, 0.5 + gauss_offset};
constexpr std::array<double, 3> gauss_weight{5.0 / 18, 8.0 / 18, 5.0 / 18};

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

// Radon's rule of degree 5 with seven points: x, y, weight.
std::vector<Vector> triangle_rule() {
  const double root = std::sqrt(15.0);
  std::vector<Vector> rule{{1.0 / 3, 1.0 / 3, 9.0 / 80}};
  for (const double sign : {-1.0, 1.0}) {
    const double a = (6 + sign * root) / 21, w = (155 + sign * root) / 2400;
    rule.insert(rule.end(), {{a, a, w}, {1 - 2 * a, a, w}, {a, 1 - 2 * a, w}});
  }
  return rule;
}

Rule prism_rule() {
  Rule rule;
  for (const auto& [x, y, w] : triangle_rule())
    for (int k = 0; k < 3; ++k) {
      const Vector at{x, y, gauss_point[k]};
      rule.push_back({at, w * gauss_weight[k], prism_shape(at)});
    }
  return rule;
}

}  // namespace

Shape shape_at(const Element& element, const Vector& x) {
  if (element.is_simplex()) return simplex_shape(element.dim, x);
  return element.n_vertices == 6 ? prism_shape(x) : tensor_shape(element, x);
}

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

const Rule& cell_rule(const Element& element) {
  static const Rule quadrilateral = tensor_rule(*find_element(2, 4));
  static const Rule prism = prism_rule();
  static const Rule hexahedron = tensor_rule(*find_element(3, 8));
  return element.n_vertices == 4 ? quadrilateral : element.n_vertices == 6 ? prism : hexahedron;
}

Rule face_rule(int n_corner) {
  Rule rule;
  if (n_corner == 4) return tensor_rule(*find_element(2, 4));
  if (n_corner == 3) {
    for (const auto& [x, y, w] : triangle_rule())
      rule.push_back({{x, y, 0.0}, w, simplex_shape(2, {x, y, 0.0})});
    return rule;
  }
  for (int i = 0; i < 3; ++i)
    rule.push_back({{gauss_point[i], 0.0, 0.0},
                    gauss_weight[i],
                    simplex_shape(1, {gauss_point[i], 0.0, 0.0})});
  return rule;
}

}  // namespace bte
