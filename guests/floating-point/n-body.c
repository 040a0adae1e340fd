// Five bodies under gravity, in invented units; divisions and square roots in
// binary64, once with separate and once with fused multiply and add.
#include "parts.h"
#include "print.h"
#include <stdbool.h>

#define BODIES 5
#define STEPS 4000
#define STEP_TIME 0.005

struct body {
  double position[3];
  double velocity[3];
  double mass;
};

static const struct body FIRST[BODIES] = {
    {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}, 40.0},
    {{5.0, -1.0, 0.25}, {0.5, 2.7, -0.1}, 0.04},
    {{-9.0, 3.5, 0.5}, {-0.7, -1.9, 0.06}, 0.0113},
    {{12.5, -15.0, -0.375}, {1.1, 0.9, -0.025}, 0.0017},
    {{-15.0, -26.0, 0.8125}, {0.97, -0.55, 0.03}, 0.002},
};

static inline double product_sum(bool fused, double a, double b, double c) {
  return fused ? __builtin_fma(a, b, c) : a * b + c;
}

static inline double square_root(double value) {
  __asm__ volatile("fsqrt.d %0, %1" : "=f"(value) : "f"(value));
  return value;
}

static inline __attribute__((always_inline)) void step(bool fused, struct body *bodies) {
  for (int i = 0; i < BODIES; i++) {
    for (int j = i + 1; j < BODIES; j++) {
      double difference[3], distance_squared = 0.0;
      for (int axis = 0; axis < 3; axis++) {
        difference[axis] = bodies[i].position[axis] - bodies[j].position[axis];
        distance_squared =
            product_sum(fused, difference[axis], difference[axis], distance_squared);
      }
      double magnitude = STEP_TIME / (distance_squared * square_root(distance_squared));
      double pull_on_i = -bodies[j].mass * magnitude;
      double pull_on_j = bodies[i].mass * magnitude;
      for (int axis = 0; axis < 3; axis++) {
        bodies[i].velocity[axis] =
            product_sum(fused, difference[axis], pull_on_i, bodies[i].velocity[axis]);
        bodies[j].velocity[axis] =
            product_sum(fused, difference[axis], pull_on_j, bodies[j].velocity[axis]);
      }
    }
  }
  for (int i = 0; i < BODIES; i++) {
    for (int axis = 0; axis < 3; axis++) {
      bodies[i].position[axis] =
          product_sum(fused, STEP_TIME, bodies[i].velocity[axis], bodies[i].position[axis]);
    }
  }
}

static void report(const char *name, const struct body *bodies) {
  for (int i = 0; i < BODIES; i++) {
    print("n-body %s %d: %016lx %016lx %016lx\n", name, i, bits_of_double(bodies[i].position[0]),
          bits_of_double(bodies[i].position[1]), bits_of_double(bodies[i].position[2]));
  }
}

void n_body(void) {
  static struct body separate[BODIES], fused[BODIES];
  for (int i = 0; i < BODIES; i++) separate[i] = fused[i] = FIRST[i];
  for (int i = 0; i < STEPS; i++) step(false, separate);
  report("separate", separate);
  for (int i = 0; i < STEPS; i++) step(true, fused);
  report("fused", fused);
}
