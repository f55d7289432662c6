#include "bindings/arrays.hpp"
#include "bte/diffusion/interior_penalty.hpp"
#include "bte/require.hpp"

namespace bte::bindings {
namespace {

py::tuple interior_penalty(const array<double>& face_vector, const array<double>& volume,
                           const array<double>& conductivity,
                           const array<std::uint8_t>& matching_vertex,
                           const array<std::int32_t>& face_cells,
                           const array<std::int8_t>& face_local,
                           const array<std::uint8_t>& face_kind,
                           const array<double>& face_strength) {
  require(face_vector.ndim() == 3, "face_vector must have shape (cell, face, dim)");
  const diffusion::Cells cells{static_cast<int>(face_vector.shape(2)), view(face_vector),
                               view(volume), view(conductivity), view(matching_vertex)};
  const diffusion::Faces faces{view(face_cells), view(face_local), view(face_kind),
                               view(face_strength)};
  diffusion::BlockMatrix matrix;
  {
    py::gil_scoped_release release;  // only spans and the core's own memory are touched
    matrix = diffusion::interior_penalty(cells, faces);
  }
  const py::ssize_t n = face_vector.shape(1);
  const auto blocks = static_cast<py::ssize_t>(matrix.column.size());
  const auto rows = static_cast<py::ssize_t>(matrix.row_start.size());
  return py::make_tuple(move_out(std::move(matrix.row_start), {rows}),
                        move_out(std::move(matrix.column), {blocks}),
                        move_out(std::move(matrix.blocks), {blocks, n, n}));
}

}  // namespace

void bind_diffusion(py::module_& m) {
  m.def("interior_penalty", &interior_penalty, py::kw_only(), py::arg("face_vector").noconvert(),
        py::arg("volume").noconvert(), py::arg("conductivity").noconvert(),
        py::arg("matching_vertex").noconvert(), py::arg("face_cells").noconvert(),
        py::arg("face_local").noconvert(), py::arg("face_kind").noconvert(),
        py::arg("face_strength").noconvert(),
        "Return row starts, columns and blocks of the symmetric interior-penalty matrix.");
}

}  // namespace bte::bindings
