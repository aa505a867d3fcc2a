// SPDX-License-Identifier: Apache-2.0
//
// What the bodies of SPARQ's arrays cost alone, without memory and without a SystemC clock: dense-equivalent MAC/s with values, in processor
// time of one thread, on the products of facts about peers: 256 x 256 x 256 and, in closed form, BERT's 128 x 3072 x 768 (positions,
// channels, reduction).
//
//     bench_sparq_arrays [side of the systolic array]...
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "sparq/systolic/array_detailed.h"
#include "sparq/systolic/array_fast.h"
#include "sparq/systolic/stationary_detailed.h"
#include "sparq/systolic/stationary_fast.h"
#include "sparq/tensor_core/array_detailed.h"
#include "sparq/tensor_core/array_fast.h"
#include "support/array/matrix_product.h"

namespace {

using namespace lacuna;
using namespace lacuna::sparq;
using lacuna::test::MatrixProduct;

constexpr double least_seconds = 0.3;
constexpr int bench_rounds = 3;

/// One step of operands: half of the activations are zeros, weights of 2:4 lie in rows of half the length.
struct Step {
  engine::TileGeometry geometry;
  std::vector<std::uint8_t> weights;
  std::vector<std::uint8_t> metadata;
  std::vector<std::uint8_t> activations;
  bool reduced = false;

  Step(const MatrixProduct& product, bool reduced_activations, bool two_of_four)
      : geometry(product.geometry()), reduced(reduced_activations) {
    std::mt19937 random(1);
    const std::size_t slots = std::size_t{product.blocks()} * product.rows;
    const std::size_t values = two_of_four ? product.elements / 2 : product.elements;
    weights.resize(slots * ((values + 15) / 16 * 16));
    for (std::uint8_t& weight : weights) {
      weight = static_cast<std::uint8_t>(random());
    }
    activations.resize(std::size_t{product.positions} * product.elements);
    for (std::uint8_t& activation : activations) {
      activation = random() % 2 == 0 ? 0 : static_cast<std::uint8_t>(random());
    }
    if (two_of_four) {
      constexpr std::uint8_t places[] = {0x4, 0x8, 0xC, 0x9, 0xD, 0xE};  // rising pairs of 0 .. 3
      metadata.resize(16 + slots * ((product.elements / 8 + 15) / 16 * 16));
      for (std::uint8_t& byte : metadata) {
        byte = static_cast<std::uint8_t>(places[random() % 6] | places[random() % 6] << 4);
      }
      const std::uint8_t header[] = {1, 1, 2, 4};
      std::copy(std::begin(header), std::end(header), metadata.begin());
    }
  }
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Speed {
  double macs_per_second = 0;
  std::uint64_t cycles = 0;
};

/// The best of some rounds, each as many steps as a third of a second takes. Weights are loaded anew for every step.
Speed measure(engine::ArrayModel& array, const Step& step) {
  const double macs = static_cast<double>(step.geometry.positions()) * step.geometry.step.channels *
                      step.geometry.step.elements;
  std::vector<std::int32_t> sums(std::size_t{step.geometry.positions()} *
                                 step.geometry.step.channels);
  Speed best;
  std::uint64_t version = 0;
  for (int round = 0; round < bench_rounds; ++round) {
    const double start = processor_seconds();
    double passed = 0;
    int steps = 0;
    do {
      best.cycles = array
                        .compute({step.geometry, step.weights, step.metadata, step.activations,
                                  engine::WeightSource::stream, ++version, step.reduced},
                                 sums)
                        .cycles;
      ++steps;
      passed = processor_seconds() - start;
    } while (passed < least_seconds);
    best.macs_per_second = std::max(best.macs_per_second, macs * steps / passed);
  }
  return best;
}

void print(const std::string& engine, const std::string& pe, const MatrixProduct& product,
           const Speed& fast, const Speed* detailed) {
  std::printf("%-32s %-8s %4u x %4u x %4u %10llu %12.0f", engine.c_str(), pe.c_str(),
              product.positions, product.channels, product.elements,
              static_cast<unsigned long long>(fast.cycles), fast.macs_per_second * 1e-6);
  if (detailed != nullptr) {
    std::printf(" %10.2f %10.0f", detailed->macs_per_second * 1e-6,
                fast.macs_per_second / detailed->macs_per_second);
    if (detailed->cycles != fast.cycles) {
      std::printf("  CYCLES DIFFER: %llu", static_cast<unsigned long long>(detailed->cycles));
    }
  }
  std::printf("\n");
  std::fflush(stdout);
}

struct Bodies {
  std::string engine;
  std::string pe;
  bool reduced = false;
  bool two_of_four = false;
  unsigned rows = 16;
  unsigned columns = 16;
  std::function<std::unique_ptr<engine::ArrayModel>()> fast;
  std::function<std::unique_ptr<engine::ArrayModel>()> detailed;
};

void bench(const Bodies& bodies) {
  MatrixProduct gemm{256, 256, 256, bodies.rows, bodies.columns};
  const Step step(gemm, bodies.reduced, bodies.two_of_four);
  const Speed fast = measure(*bodies.fast(), step);
  const Speed detailed = measure(*bodies.detailed(), step);
  print(bodies.engine, bodies.pe, gemm, fast, &detailed);
  const MatrixProduct bert{128, 3072, 768, bodies.rows, bodies.columns};
  const Speed large = measure(*bodies.fast(), Step(bert, bodies.reduced, bodies.two_of_four));
  print(bodies.engine, bodies.pe, bert, large, nullptr);
}

void bench_systolic(unsigned side) {
  const std::string size = std::to_string(side) + " x " + std::to_string(side);
  for (const PeKind pe : {PeKind::dense, PeKind::two_4b, PeKind::sparq, PeKind::sysmt}) {
    SystolicOptions options;
    options.pe = pe;
    bench({"systolic " + size + ", outputs stay", name_of_value(pe), pe != PeKind::dense, false,
           side, side, [options] { return std::make_unique<FastSystolicArray>(options); },
           [options] { return std::make_unique<DetailedSystolicArray>(options); }});
  }
  for (const Dataflow dataflow : {Dataflow::weight_stationary, Dataflow::input_stationary}) {
    SystolicOptions options;
    options.pe = PeKind::dense;
    options.dataflow = dataflow;
    const bool weights = dataflow == Dataflow::weight_stationary;
    bench({"systolic " + size + (weights ? ", weights stay" : ", inputs stay"), "dense", false,
           false, side, side,
           [=] { return std::make_unique<FastStationaryArray>(options, side, side); },
           [=] { return std::make_unique<DetailedStationaryArray>(options, side, side); }});
  }
}

void bench_tensor_cores(bool sparse) {
  for (const PeKind pe : {PeKind::dense, PeKind::two_4b, PeKind::sparq}) {
    DotProductOptions options;
    options.pe = pe;
    options.selection = sparse;
    bench({sparse ? "16 x 16 sparse Tensor Cores" : "16 x 16 Tensor Cores", name_of_value(pe),
           pe != PeKind::dense, sparse, 64, 64,
           [options] { return std::make_unique<FastDotProductArray>(options); },
           [options] { return std::make_unique<DetailedDotProductArray>(options); }});
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<unsigned> sides;
  for (int i = 1; i < argc; ++i) {
    sides.push_back(static_cast<unsigned>(std::atoi(argv[i])));
  }
  if (sides.empty()) {
    sides = {16, 128};
  }
  std::printf("million MAC/s of one thread, best of %d\n%-32s %-8s %18s %10s %12s %10s %10s\n",
              bench_rounds, "array", "PE", "product", "cycles", "fast", "detailed", "ratio");
  for (const unsigned side : sides) {
    bench_systolic(side);
  }
  bench_tensor_cores(false);
  bench_tensor_cores(true);
  return 0;
}
