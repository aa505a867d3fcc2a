// SPDX-License-Identifier: Apache-2.0
//
// The dense array in three dataflows as a machine: layers go from memory to memory through DMA engine, buffers and output stage, with both
// bodies; outputs are those of plain loops, clocks and counts those of the closed forms.
#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "sparq/systolic/dataflow_timing.h"
#include "sparq/systolic/systolic.h"
#include "unit/engine_modules/pipeline_setup.h"
#include "workload/workload.h"

using namespace lacuna;
using namespace lacuna::sparq;

namespace {

constexpr std::uint64_t image_base = 0x10000;

/// Every entry that the array asks for.
Technology systolic_technology() {
  Diagnostics diagnostics;
  Technology technology = Technology::read(
      parse_yaml("node: 28 nm\n"
                 "entries:\n"
                 "  sram.256B: {energy: 0.1 pJ, power: 1 mW, area: 1 um2, source: none}\n"
                 "  sram.16MiB: {energy: 0.1 pJ, power: 1 mW, area: 1 um2, source: none}\n"
                 "  sparq.pe.dense: {energy: 1 pJ, area: 1 um2, source: none}\n"
                 "  sparq.row_registers.dense: {energy: 1 pJ, source: none}\n"
                 "  sparq.column_registers.dense: {energy: 1 pJ, source: none}\n"
                 "  sparq.transposer: {energy: 1 pJ, area: 1 um2, source: none}\n"
                 "  output_stage.requantize: {energy: 1 pJ, area: 1 um2, source: none}\n"
                 "  dram.access_per_bit: {energy: 15.6 pJ, source: none}\n",
                 "technology.yaml"),
      diagnostics);
  diagnostics.throw_if_any();
  return technology;
}

/// A layer with random operands, and its int32 outputs by plain loops.
struct MachineLayer {
  workload::Layer layer;
  Tensor weights{DataType::int8, {1}};
  std::vector<std::uint8_t> activations;  // [height, width, channels]
  std::vector<std::int32_t> expected;     // [height, width, channels]
};

/// The sum of one output of a channel, whose window's first pixel is (row, column). Strides are 1.
std::int32_t sum_at(const MachineLayer& made, int row, int column, std::uint32_t channel) {
  const workload::LayerShape& shape = made.layer.shape;
  const std::uint32_t inputs = shape.group_in_channels();
  const std::uint32_t kernel = shape.kernel_height * shape.kernel_width;
  const std::uint32_t first = channel / shape.group_out_channels() * inputs;
  const std::int8_t* weights =
      made.weights.elements<std::int8_t>().data() + std::size_t{channel} * shape.reduction();
  std::int32_t sum = 0;
  for (std::uint32_t k = 0; k < kernel; ++k) {
    const int y = row + static_cast<int>(k / shape.kernel_width);
    const int x = column + static_cast<int>(k % shape.kernel_width);
    if (y < 0 || x < 0 || y >= static_cast<int>(shape.in_height) ||
        x >= static_cast<int>(shape.in_width)) {
      continue;
    }
    const std::size_t pixel =
        static_cast<std::size_t>(y) * shape.in_width + static_cast<std::size_t>(x);
    const std::uint8_t* activations = made.activations.data() + pixel * shape.in_channels + first;
    for (std::uint32_t c = 0; c < inputs; ++c) {
      sum += weights[std::size_t{c} * kernel + k] * activations[c];
    }
  }
  return sum;
}

MachineLayer random_layer(const workload::LayerShape& shape, std::uint32_t seed) {
  MachineLayer made;
  made.layer.name = "layer";
  made.layer.shape = shape;
  made.layer.output = DataType::int32;
  made.weights = Tensor(DataType::int8, {shape.out_channels, shape.group_in_channels(),
                                         shape.kernel_height, shape.kernel_width});
  std::mt19937 random(seed);
  const auto weights = made.weights.elements<std::int8_t>();
  std::generate(weights.begin(), weights.end(),
                [&random] { return static_cast<std::int8_t>(random()); });
  made.activations.resize(std::size_t{shape.in_height} * shape.in_width * shape.in_channels);
  std::generate(made.activations.begin(), made.activations.end(),
                [&random] { return static_cast<std::uint8_t>(random()); });
  const int pad = static_cast<int>(shape.pad_top);
  for (int row = 0; row < static_cast<int>(shape.out_height()); ++row) {
    for (int column = 0; column < static_cast<int>(shape.out_width()); ++column) {
      for (std::uint32_t channel = 0; channel < shape.out_channels; ++channel) {
        made.expected.push_back(sum_at(made, row - pad, column - pad, channel));
      }
    }
  }
  return made;
}

/// One machine with its own memory and processor.
struct Machine {
  lacuna::test::TestMemory memory;
  Systolic accelerator;
  lacuna::test::Processor processor;
  sc_core::sc_signal<bool> line;

  Machine(const std::string& name, const SystolicParams& params, std::uint64_t memory_bytes,
          lacuna::test::Bench& bench)
      : memory((name + "_memory").c_str(), behaviour(memory_bytes)),
        accelerator(name.c_str(), params, bench.surroundings),
        processor((name + "_processor").c_str()),
        line((name + "_line").c_str()) {
    accelerator.initiators().at("memory").bind(memory.target);
    processor.registers.bind(*accelerator.targets().at("control"));
    accelerator.outputs().at("interrupt")->bind(line);
    processor.interrupt.bind(line);
    bench.watchdog.watch(accelerator);
  }

  static lacuna::test::TestMemory::Behaviour behaviour(std::uint64_t memory_bytes) {
    lacuna::test::TestMemory::Behaviour result;
    result.size = memory_bytes;
    result.min_latency = sc_core::sc_time(20, sc_core::SC_NS);
    result.max_latency = sc_core::sc_time(90, sc_core::SC_NS);
    return result;
  }

  /// Puts a job and everything that it reads into memory. @return where its outputs will be
  std::uint64_t put(const MachineLayer& made) {
    engine::AddressAllocator allocator(image_base, memory.bytes.size() - image_base);
    engine::PrepareOptions options;
    options.output = engine::OutputType::int32;
    options.memory_bytes_per_cycle =
        1e18;  // layers are cut where buffers are too small, and only there
    engine::PreparedLayer prepared =
        accelerator.prepare(made.layer, made.weights, options, allocator);
    const std::size_t outputs = made.expected.size() * sizeof(std::int32_t);
    engine::JobDescriptor& job = prepared.job;
    job.shape = made.layer.shape;
    job.output = engine::OutputType::int32;
    job.activations_address = allocator.allocate(made.activations.size(), "activations");
    job.outputs_address = allocator.allocate(outputs, "outputs");
    const std::size_t scales = prepared.channel_order.size() * engine::channel_scale_bytes;
    job.channel_scale_address = allocator.allocate(scales, "scales");
    const auto store = [this](std::uint64_t address, Span<const std::uint8_t> bytes) {
      std::copy(bytes.begin(), bytes.end(),
                memory.bytes.begin() + static_cast<std::ptrdiff_t>(address));
    };
    for (const engine::MemoryImage& image : prepared.images) {
      store(image.address, image.bytes);
    }
    store(job.activations_address, made.activations);
    std::vector<std::uint8_t> plain(scales);
    for (std::size_t slot = 0; slot < prepared.channel_order.size(); ++slot) {
      engine::serialize(engine::ChannelScale(),
                        Span<std::uint8_t>(plain).subspan(slot * engine::channel_scale_bytes,
                                                          engine::channel_scale_bytes));
    }
    store(job.channel_scale_address, plain);
    const auto descriptor = engine::serialize(job);
    store(lacuna::test::ToyJob::descriptor_address, descriptor);
    return job.outputs_address;
  }

  std::vector<std::int32_t> outputs_at(std::uint64_t address, std::size_t count) const {
    std::vector<std::int32_t> result(count);
    std::memcpy(result.data(), memory.bytes.data() + address, count * sizeof(std::int32_t));
    return result;
  }
};

/// What machines of a test have in common.
struct MachineSetting {
  unsigned side = 8;
  bool whole_layers = false;  ///< buffers hold them, and clocks count as in the closed forms
  Bytes buffers = 256_KiB;    ///< of whole layers, each
  std::uint64_t memory_bytes = 1 << 20;
  std::vector<engine::ArrayBody> bodies = {engine::ArrayBody::fast, engine::ArrayBody::detailed};
};

SystolicParams machine_params(const MachineSetting& setting, Dataflow dataflow,
                              engine::ArrayBody body) {
  SystolicParams params;
  params.pe = PeKind::dense;
  params.dataflow = dataflow;
  params.pe_array.model = body;
  params.pe_array.rows = params.pe_array.columns = setting.side;
  if (setting.whole_layers) {
    params.pe_array.skew = Skew::array_tile;
    params.pe_array.counted_clocks = CountedClocks::folds;
    params.weight_buffer = params.activation_buffer = params.output_buffer = setting.buffers;
    params.scale_buffer = 64_KiB;
  } else {
    params.weight_buffer = 4_KiB;
    params.activation_buffer = params.output_buffer = 2_KiB;
  }
  return params;
}

constexpr Dataflow machine_dataflows[] = {Dataflow::output_stationary, Dataflow::weight_stationary,
                                          Dataflow::input_stationary};

std::vector<MachineLayer> machine_layers() {
  workload::LayerShape convolution;
  convolution.in_channels = 19;
  convolution.in_height = 7;
  convolution.in_width = 9;
  convolution.out_channels = 21;
  convolution.kernel_height = convolution.kernel_width = 3;
  convolution.pad_top = convolution.pad_left = convolution.pad_bottom = convolution.pad_right = 1;
  workload::LayerShape grouped = convolution;
  grouped.in_channels = 10;
  grouped.out_channels = 12;
  grouped.groups = 2;
  workload::LayerShape token;
  token.in_channels = 77;
  token.in_width = 1;
  token.out_channels = 30;
  workload::LayerShape short_reduction;
  short_reduction.in_channels = 5;
  short_reduction.in_width = 40;
  short_reduction.out_channels = 9;
  return {random_layer(convolution, 1), random_layer(grouped, 2), random_layer(token, 3),
          random_layer(short_reduction, 4)};
}

void check_closed_form(const engine::JobRecord& record, const workload::LayerShape& shape,
                       unsigned side, Dataflow dataflow) {
  const DataflowCount form = count_dataflow(
      {shape.positions(), shape.group_out_channels(), shape.reduction()}, side, side, {dataflow});
  CHECK(record.array_cycles == form.cycles * shape.groups);
  CHECK(record.array.activation_reads == form.input_reads * shape.groups);
  CHECK(record.array.weight_reads == form.filter_reads * shape.groups);
  CHECK(record.array.sum_reads == form.sum_reads * shape.groups);
  CHECK(record.array.sum_writes == form.sum_writes * shape.groups);
}

/// Runs every layer on machines of all dataflows with all bodies, in one simulation.
void run_machines(const std::vector<MachineLayer>& layers, const MachineSetting& setting) {
  lacuna::test::Bench bench;
  bench.technology = systolic_technology();
  const std::size_t bodies = setting.bodies.size();
  std::vector<std::unique_ptr<Machine>> machines;
  for (const Dataflow dataflow : machine_dataflows) {
    for (const engine::ArrayBody body : setting.bodies) {
      machines.push_back(std::make_unique<Machine>("m" + std::to_string(machines.size()),
                                                   machine_params(setting, dataflow, body),
                                                   setting.memory_bytes, bench));
    }
  }
  std::vector<std::vector<engine::JobRecord>> records(machines.size());
  for (std::size_t m = 0; m < machines.size(); ++m) {
    Machine& machine = *machines[m];
    machine.processor.jobs = static_cast<unsigned>(layers.size());
    auto outputs = std::make_shared<std::uint64_t>(0);
    machine.processor.before_job = [&machine, &layers, outputs](unsigned i) {
      *outputs = machine.put(layers[i]);
    };
    machine.processor.after_job = [&machine, &layers, &records, outputs, m](unsigned i) {
      INFO("machine " << m << ", layer " << i);
      const bool same =
          machine.outputs_at(*outputs, layers[i].expected.size()) == layers[i].expected;
      CHECK(same);
      records[m].push_back(machine.accelerator.last_job());
    };
  }
  sc_core::sc_start();
  for (std::size_t m = 0; m < machines.size(); ++m) {
    REQUIRE(machines[m]->processor.done == layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
      INFO("machine " << m << ", layer " << i);
      const engine::JobRecord& first = records[m / bodies * bodies][i];
      CHECK(records[m][i].array == first.array);
      CHECK(records[m][i].cycles == first.cycles);
      if (setting.whole_layers) {
        check_closed_form(records[m][i], layers[i].layer.shape, setting.side,
                          machine_dataflows[m / bodies]);
      }
    }
  }
}

/// Layers of networks by name, with strides of 1.
std::vector<MachineLayer> network_layers() {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"resnet50", "layer1.0.conv2"}, {"resnet50", "layer4.1.conv2"}, {"resnet50", "fc"},
      {"alexnet", "conv2"},           {"vit_base", "b3.proj"},        {"gpt2", "h0.proj"}};
  std::vector<MachineLayer> layers;
  for (const auto& [network, name] : names) {
    const workload::Workload loaded =
        workload::load_workload(LACUNA_SOURCE_DIR "/workloads/" + network + ".yaml", {});
    for (const workload::Layer& layer : loaded.layers) {
      if (layer.name == name) {
        REQUIRE(layer.shape.stride_height == 1);
        layers.push_back(random_layer(layer.shape, static_cast<std::uint32_t>(layers.size())));
      }
    }
  }
  REQUIRE(layers.size() == names.size());
  return layers;
}

}  // namespace

TEST_CASE("machines in three dataflows compute from memory to memory what plain loops do") {
  run_machines(machine_layers(), {});
}

TEST_CASE("machines with buffers for whole layers take the closed forms' clocks and reads") {
  run_machines(machine_layers(), {8, true});
}

TEST_CASE("machines take the closed forms' clocks and reads on layers of networks, with values") {
  run_machines(network_layers(), {32, true, 16_MiB, 1 << 24, {engine::ArrayBody::fast}});
}
