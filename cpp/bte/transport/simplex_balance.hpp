// THE discrete equation on simplices: one cell, one ordinate, a pack of lanes. Nothing else lives
// here. Included inside the kernel's namespace, once per instruction set.
//
// With P1 vertex functions phi_i on a simplex of d dimensions, N = d + 1, outward area vectors a_k
// (face k is opposite vertex k), V the volume and b_k = Omega . a_k / (d (d + 1)):
//
//   -int phi_j Omega . grad phi_i   = b_i
//   int_{face k} phi_i phi_j        = |a_k| (1 + delta_ij) / (d (d + 1))     (i, j != k)
//   int phi_i phi_j                 = V (1 + delta_ij) / ((d + 1) (d + 2))
//
// so that upwinding gives, for effective mean free path Lambda and u the upwind trace,
//
//   sum_j (A_ij + M_ij / Lambda) theta_j = r_i = inflow_i + sum_j M_ij T_j / Lambda
//   A_ij = b_i + sum_{k != i, j; b_k > 0} b_k (1 + delta_ij)
//   inflow_i = sum_{k != i; b_k < 0} |b_k| (u_i + sum_{j != k} u_j).
//
// Let p_k = max(b_k, 0), n_k = max(-b_k, 0), S = sum p = sum n (a closed surface) and divide all by
// S. With m = V / ((d + 1) (d + 2) Lambda S) and sigma = 1 + m the matrix is
//
//   sigma (I + 1 1^T) - n 1^T - 1 p^T,
//
// two ranks away from a multiple of the identity. Since p . n = 0, its inverse is closed:
//
//   theta_i = (r_i + n_i s + g) / sigma,          D = N sigma^2 + m^2,
//   s = (m sum r + N p.r) / D = sum theta,        g = (m p.r - sigma^2 sum r) / D.
//
// D is a sum of positive terms. One division per lane, whatever the dimension.

// Of N = d + 1 vertices, for every set of feeding faces: those opposite them first, then the
// others.
template <int N>
constexpr std::array<std::array<std::uint8_t, N>, 1 << N> feeding_first() {
  std::array<std::array<std::uint8_t, N>, 1 << N> table{};
  for (unsigned feeding = 0; feeding < 1u << N; ++feeding) {
    int at = 0;
    for (unsigned feeds = 2; feeds-- > 0;) {
      for (unsigned k = 0; k < N; ++k) {
        if ((feeding >> k & 1u) == feeds) table[feeding][at++] = static_cast<std::uint8_t>(k);
      }
    }
  }
  return table;
}

template <class T, int D>
struct SimplexBalance {
  static constexpr int N = D + 1;
  static constexpr int n_faces = N;
  static constexpr Element element = element_of<D, N>;
  static constexpr auto order = feeding_first<N>();
  double flow[N];              // Omega . a_k
  double mass;                 // V / ((d + 1) (d + 2) S)
  const std::uint8_t* vertex;  // (position) local vertices, those opposite feeding faces first
  T strength[N];               // (position) n / S where the face opposite feeds, else p / S

  SimplexBalance() = default;
  SimplexBalance(const Plan& plan, std::int32_t cell, const double* omega, unsigned feeding) {
    const double* a = &plan.face_vector[std::int64_t(cell) * plan.n_face * D];
    double total = 0;
    for (int k = 0; k < N; ++k) {
      flow[k] = 0;
      for (int d = 0; d < D; ++d) flow[k] += omega[d] * a[k * D + d];
      total += std::abs(flow[k]);
    }
    const double scale = 2 / total;
    mass = plan.volume[cell] * scale * (double(D) / (D + 2));
    vertex = order[feeding].data();
    for (int i = 0; i < N; ++i) {
      const bool feeds = feeding >> vertex[i] & 1u;
      strength[i] = T((feeds ? -scale : scale) * flow[vertex[i]]);
    }
  }

  // int n_k . Omega phi_a over face k, a one of its vertices
  double through(int k, int) const { return flow[k] / D; }

  int vertex_at(int position) const { return vertex[position]; }

  // int phi_i f / S for nodal f, by position
  void source(const double* nodal, T* result) const {
    double total = 0;
    for (int i = 0; i < N; ++i) total += nodal[i];
    for (int i = 0; i < N; ++i) result[i] = T(mass * (total + nodal[vertex[i]]));
  }

  // rhs += what comes in through Q feeding faces: row(f, i) is the upwind trace, through the face
  // opposite position f, at position i. Here and below the coefficients may be the same for a pack
  // (lanes of one cell) or not (several cells).
  template <int Q, class Strength, class Row>
  BTE_INLINE static void add_inflow(const Strength& strength_at, const Row& row, pack<T>* rhs) {
    BTE_UNROLL
    for (int f = 0; f < Q; ++f) {
      pack<T> u[N];
      BTE_UNROLL
      for (int i = 0; i < N; ++i) {
        if (i != f) u[i] = row(f, i);
      }
      pack<T> total = u[f == 0 ? 1 : 0];
      BTE_UNROLL
      for (int i = f == 0 ? 2 : 1; i < N; ++i) {
        if (i != f) total += u[i];
      }
      BTE_UNROLL
      for (int i = 0; i < N; ++i) {
        if (i != f) rhs[i] += strength_at(f) * (total + u[i]);
      }
    }
  }

  // theta <- (A + M / Lambda)^-1 theta, theta the right-hand side on entry; p_i = 0 before position
  // `first_out`, n_i = 0 from position `end_in` on.
  template <class P, class In>
  BTE_INLINE static void solve(const pack<T>& m, int first_out, const P& p, int end_in, const In& n,
                               pack<T>* theta) {
    const pack<T> sigma = m + fill<T>(1);
    const pack<T> square = sigma * sigma;
    const pack<T> det = m * m + square * fill<T>(N);
    const pack<T> inverse = reciprocal<T>(sigma * det);
    pack<T> total = theta[0], out = p(N - 1) * theta[N - 1];
    BTE_UNROLL
    for (int i = 1; i < N; ++i) total += theta[i];
    BTE_UNROLL
    for (int i = 0; i < N - 1; ++i) {
      if (i >= first_out) out += p(i) * theta[i];
    }
    const pack<T> s = (m * total + fill<T>(N) * out) * inverse;
    const pack<T> g = (m * out - square * total) * inverse;
    const pack<T> own = det * inverse;
    BTE_UNROLL
    for (int i = 0; i < N; ++i) {
      theta[i] = theta[i] * own + g;
      if (i < end_in) theta[i] += n(i) * s;
    }
  }
};
