// THE discrete equation: one cell, one ordinate, a block of lanes. Nothing else lives here.
// Included inside the kernel's namespace, once per instruction set.
//
// With P1 vertex functions phi_i on a simplex of d dimensions, outward area vectors a_k (face k is
// opposite vertex k), V the volume and b_k = Omega . a_k / (d (d + 1)):
//
//   -int phi_j Omega . grad phi_i   = b_i
//   int_{face k} phi_i phi_j        = |a_k| (1 + delta_ij) / (d (d + 1))     (i, j != k)
//   int phi_i phi_j                 = V (1 + delta_ij) / ((d + 1) (d + 2))
//
// so that upwinding gives, for effective mean free path Lambda,
//
//   sum_j (A_ij + M_ij / Lambda) theta_j = inflow_i + sum_j M_ij T_j / Lambda
//   A_ij = b_i + sum_{k != i, j; b_k > 0} b_k (1 + delta_ij)
//   inflow_i = sum_{k != i; b_k < 0} |b_k| (u_i + sum_{j != k} u_j),  u the upwind trace.
//
// The symmetric part of the matrix is positive definite: elimination needs no pivoting.

template <int D>
struct CellBalance {
  static constexpr int N = D + 1;
  double b[N];
  double mass;  // V / ((d + 1) (d + 2))
  double a[N][N];

  CellBalance(const double* omega, const double* face_vector, double volume)
      : mass(volume / ((D + 1) * (D + 2))) {
    for (int k = 0; k < N; ++k) {
      double dot = 0;
      for (int d = 0; d < D; ++d) dot += omega[d] * face_vector[k * D + d];
      b[k] = dot / (D * (D + 1));
    }
    double out = 0;
    double positive[N];
    for (int k = 0; k < N; ++k) {
      positive[k] = b[k] > 0 ? b[k] : 0;
      out += positive[k];
    }
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        const double beyond = i == j ? 2 * (out - positive[i]) : out - positive[i] - positive[j];
        a[i][j] = b[i] + (beyond > 0 ? beyond : 0);
      }
    }
  }

  // theta <- (A + M/Lambda)^-1 theta, theta holding the right-hand side on entry
  BTE_INLINE void solve(const pack& inverse_mfp, pack* theta) const {
    const pack m = inverse_mfp * fill(mass);
    pack w[N][N];
    BTE_UNROLL
    for (int i = 0; i < N; ++i) {
      BTE_UNROLL
      for (int j = 0; j < N; ++j) w[i][j] = fill(a[i][j]) + (i == j ? m + m : m);
    }
    BTE_UNROLL
    for (int p = 0; p < N; ++p) {
      const pack inverse = fill(1.0) / w[p][p];
      BTE_UNROLL
      for (int i = p + 1; i < N; ++i) {
        const pack factor = w[i][p] * inverse;
        BTE_UNROLL
        for (int j = p + 1; j < N; ++j) w[i][j] -= factor * w[p][j];
        theta[i] -= factor * theta[p];
      }
      w[p][p] = inverse;
    }
    BTE_UNROLL
    for (int i = N - 1; i >= 0; --i) {
      BTE_UNROLL
      for (int j = i + 1; j < N; ++j) theta[i] -= w[i][j] * theta[j];
      theta[i] *= w[i][i];
    }
  }
};
