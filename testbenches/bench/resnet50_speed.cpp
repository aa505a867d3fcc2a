// SPDX-License-Identifier: Apache-2.0
// Simulation speed: ResNet-50 on a platform, bit-exact from modelled DRAM to modelled DRAM, against the time that oneDNN
// takes on one thread for the same int8 convolutions, in one process. Tensors, compression and verification are
// outside both times.
//
//     bench_resnet50_speed [platform file] [workload file]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include <dnnl.hpp>

#include "platform/run.h"
#include "workload/workload.h"

namespace {

using Clock = std::chrono::steady_clock;
using lacuna::workload::Layer;
using lacuna::workload::LayerShape;

/// Best of several: the machine's other work only ever adds.
template <class Work>
double best_seconds(Work work) {
  double best = 1e30;
  for (int i = 0; i < 5; ++i) {
    const Clock::time_point start = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

/// One layer as oneDNN runs it: 8-bit activations and weights, 32-bit sums, layouts of its own choice.
double native_seconds(const Layer& layer, const dnnl::engine& engine, dnnl::stream& stream) {
  using dnnl::memory;
  const LayerShape& s = layer.shape;
  const auto dim = [](std::uint32_t n) { return static_cast<memory::dim>(n); };
  const bool grouped = s.groups > 1;
  const memory::dims weights =
      grouped ? memory::dims{dim(s.groups), dim(s.group_out_channels()), dim(s.group_in_channels()),
                             dim(s.kernel_height), dim(s.kernel_width)}
              : memory::dims{dim(s.out_channels), dim(s.in_channels), dim(s.kernel_height),
                             dim(s.kernel_width)};
  const auto type = lacuna::workload::activation_type(layer) == lacuna::DataType::uint8
                        ? memory::data_type::u8
                        : memory::data_type::s8;
  const auto any = memory::format_tag::any;
  const memory::desc source({dim(s.batch), dim(s.in_channels), dim(s.in_height), dim(s.in_width)},
                            type, any);
  const memory::desc filter(weights, memory::data_type::s8, any);
  const memory::desc target(
      {dim(s.batch), dim(s.out_channels), dim(s.out_height()), dim(s.out_width())},
      memory::data_type::s32, any);
  const dnnl::convolution_forward::desc description(
      dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source, filter,
      target, {dim(s.stride_height), dim(s.stride_width)},
      {dim(s.dilation_height - 1), dim(s.dilation_width - 1)}, {dim(s.pad_top), dim(s.pad_left)},
      {dim(s.pad_bottom), dim(s.pad_right)});
  const dnnl::convolution_forward::primitive_desc chosen(description, engine);
  const memory in(chosen.src_desc(), engine);
  const memory w(chosen.weights_desc(), engine);
  const memory out(chosen.dst_desc(), engine);
  const dnnl::convolution_forward convolution(chosen);
  return best_seconds([&] {
    convolution.execute(stream, {{DNNL_ARG_SRC, in}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_DST, out}});
    stream.wait();
  });
}

const char* instruction_set() {
  switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::avx2:
      return "AVX2";
    case dnnl::cpu_isa::avx2_vnni:
      return "AVX2 VNNI";
    case dnnl::cpu_isa::avx512_core:
      return "AVX-512";
    case dnnl::cpu_isa::avx512_core_vnni:
    case dnnl::cpu_isa::avx512_core_bf16:
      return "AVX-512 VNNI";
    case dnnl::cpu_isa::avx512_core_amx:
      return "AMX";
    default:
      return "other";
  }
}

int measure(const std::string& platform, const std::string& workload) {
  lacuna::platform::RunOptions options;
  options.platform = platform;
  options.workloads = {{"", workload}};
  options.verify = false;
  options.jobs = 1;
  const lacuna::platform::RunResult result = lacuna::platform::run(options).result;
  double macs = 0;
  for (const auto& layer : result.layers) {
    macs += static_cast<double>(layer.macs);
  }
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  double native = 0;
  for (const Layer& layer : lacuna::workload::load_workload(workload).layers) {
    native += native_seconds(layer, engine, stream);
  }
  std::printf("%s on %s, %s\n", result.workload.c_str(), result.platform.c_str(),
              instruction_set());
  std::printf("  simulation  %8.1f ms  %6.2f simulated GMAC/s\n", result.host_seconds * 1e3,
              macs / result.host_seconds * 1e-9);
  std::printf("  oneDNN      %8.1f ms  %6.2f GMAC/s\n", native * 1e3, macs / native * 1e-9);
  std::printf("  ratio       %8.2f\n", result.host_seconds / native);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  ::setenv("OMP_NUM_THREADS", "1", 1);
  ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
  try {
    return measure(argc > 1 ? argv[1] : "platforms/bitvert.yaml",
                   argc > 2 ? argv[2] : "workloads/resnet50.yaml");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
