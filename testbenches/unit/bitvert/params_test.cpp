// SPDX-License-Identifier: Apache-2.0
#include "bitvert/params.h"

#include <catch2/catch.hpp>

using namespace lacuna;
using namespace lacuna::bitvert;

TEST_CASE("by default BitVert has the lanes and the memory of the authors' simulator") {
  const BitvertParams params;
  CHECK(params.serial_lanes() == 4096);
  CHECK(params.sram_bits() == 4456448);  // (288 + 256) KiB
}

TEST_CASE("a platform file reaches every part of the accelerator") {
  const Node node = parse_yaml(
      "pe_array: {model: detailed, rows: 8, sub_group: 16, accumulator_bits: 24, output_latency: "
      "5}\n"
      "clock: 500 MHz\n"
      "weight_buffer: 64 KiB\n"
      "compression: {method: ra, columns: 2, beta: 0.1, selection: per_layer}\n"
      "count: {overheads: false}\n"
      "dma: {outstanding: 4}\n",
      "test.yaml");
  Diagnostics diagnostics;
  const BitvertParams params = read_parameters<BitvertParams>(node, "accelerator", diagnostics);
  REQUIRE(diagnostics.empty());
  CHECK(params.pe_array.model == engine::ArrayBody::detailed);
  CHECK(params.compression.method == CompressionMethod::ra);
  CHECK(params.compression.selection == SelectionRule::per_layer);
  CHECK(params.weight_buffer == 64_KiB);
  CHECK(params.serial_lanes() == 8 * 16 * 8);
  CHECK(params.dma.outstanding == 4);
  const ArrayOptions options = params.array_options();
  CHECK(options.sub_group == 16);
  CHECK(options.accumulator_bits == 24);
  CHECK_FALSE(options.overheads);
  CHECK(options.output_latency == 5);
}

TEST_CASE("sizes that the machine does not have are refused where they stand") {
  const Node node =
      parse_yaml("pe_array: {sub_group: 5}\ncompression: {columns: 7, group: 16}\n", "test.yaml");
  Diagnostics diagnostics;
  read_parameters<BitvertParams>(node, "accelerator", diagnostics);
  REQUIRE(diagnostics.items().size() == 3);
  CHECK(diagnostics.items()[0].path == "accelerator.pe_array.sub_group");
  CHECK(diagnostics.items()[0].place.line == 1);
}

TEST_CASE("a buffer whose half is no whole number of words is refused") {
  const Node node = parse_yaml("weight_buffer: 1000 B\n", "test.yaml");
  Diagnostics diagnostics;
  read_parameters<BitvertParams>(node, "accelerator", diagnostics);
  REQUIRE(diagnostics.items().size() == 1);
  CHECK(diagnostics.items()[0].path == "accelerator.weight_buffer");
}
