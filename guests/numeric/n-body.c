// Six bodies under gravity, in invented units: divisions, square roots and sums of
// products in binary64.
#include "crc32.h"
#include "kernels.h"

#define BODIES 6
#define STEP_TIME 0.004

struct body {
  double x, y, z;
  double vx, vy, vz;
  double mass;
};

static const struct body FIRST[BODIES] = {
    {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 36.0},
    {4.0, -1.5, 0.125, 0.75, 2.5, -0.0625, 0.05},
    {-8.0, 4.5, 0.375, -0.875, -1.75, 0.03125, 0.014},
    {11.5, -13.0, -0.5, 1.25, 0.9375, -0.03, 0.0021},
    {-14.0, -22.0, 0.75, 0.8125, -0.5, 0.025, 0.0019},
    {2.5, 27.0, -1.25, -1.0, 0.125, 0.0625, 0.0007},
};

static struct body bodies[BODIES];

void n_body_start(void) {
  for (int i = 0; i < BODIES; i++) bodies[i] = FIRST[i];
}

static double square_root(double value) {
  double root;
  __asm__("fsqrt.d %0, %1" : "=f"(root) : "f"(value));
  return root;
}

static void pull(struct body *one, struct body *other) {
  double dx = one->x - other->x;
  double dy = one->y - other->y;
  double dz = one->z - other->z;
  double squared = dx * dx + dy * dy + dz * dz;
  double magnitude = STEP_TIME / (squared * square_root(squared));
  double on_one = other->mass * magnitude;
  double on_other = one->mass * magnitude;
  one->vx -= dx * on_one;
  one->vy -= dy * on_one;
  one->vz -= dz * on_one;
  other->vx += dx * on_other;
  other->vy += dy * on_other;
  other->vz += dz * on_other;
}

void n_body_move(uint32_t steps) {
  for (; steps > 0; steps--) {
    for (int i = 0; i < BODIES; i++) {
      for (int j = i + 1; j < BODIES; j++) pull(&bodies[i], &bodies[j]);
    }
    for (int i = 0; i < BODIES; i++) {
      bodies[i].x += STEP_TIME * bodies[i].vx;
      bodies[i].y += STEP_TIME * bodies[i].vy;
      bodies[i].z += STEP_TIME * bodies[i].vz;
    }
  }
}

uint32_t n_body_crc(void) { return crc32(0, bodies, sizeof bodies); }
