// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/array_system_params.h"
#include "sparse/adaptive_type.h"

namespace lacuna::baselines {

/// Of a weight that no adaptive type replaces.
inline constexpr unsigned dense_bits = 8;

/// The array of ANT PEs: 16 x 20 of them take the area of 16 x 16 PEs of Stripes with as many lanes [BitSim].
struct AntArrayParams : engine::ArrayParams {
  AntArrayParams() {
    rows = 16;
    columns = 20;
  }

  template <class Description>
  static void describe(Description& d) {
    describe_array(d);
  }
};

/// The offline encoder.
struct AntCompressionParams : sparse::AdaptiveOptions {
  std::vector<std::string> int8_layers;

  template <class Description>
  static void describe(Description& d) {
    d("bits", &AntCompressionParams::bits, "bits of a code, and cycles of a pass").range(4u, 8u);
    d("type", &AntCompressionParams::type,
      "int, flint, pot (power of two), or auto: the one of least squared error");
    d("scope", &AntCompressionParams::scope, "what shares a type: a layer's tensor, or a channel");
    d("int8_layers", &AntCompressionParams::int8_layers,
      "layers whose weights stay int8: names, in which * and ? stand for others");
  }
};

/// The accelerator of adaptive numeric types, as BBS compares with it; its buffers hold as much as BitVert's.
struct AntParams : engine::ArraySystemParams {
  AntArrayParams pe_array;
  Bytes metadata_buffer = 4_KiB;
  AntCompressionParams compression;

  AntParams() {
    // Whole words in each of 20 banks; what is left over holds weights.
    activation_buffer = Bytes(196480);
    output_buffer = Bytes(56960);
    weight_buffer = Bytes(291328);
  }

  template <class Description>
  static void describe(Description& d) {
    d("pe_array", &AntParams::pe_array, "the computing array");
    describe_system(d);
    d("metadata_buffer", &AntParams::metadata_buffer, "formats of rows, both halves").positive();
    d("compression", &AntParams::compression, "the offline encoder");
  }
  void validate(Validation& check) const;

  /// The encoder's settings for a layer.
  sparse::AdaptiveOptions options_of(const std::string& layer, bool compress) const;
  /// The blocks around the array, with a metadata bank for every row.
  engine::TilePipelineParams pipeline() const;
  std::uint64_t lanes() const;
  std::uint64_t sram_bits() const { return buffer_bits() + metadata_buffer.value() * 8; }
};

}  // namespace lacuna::baselines
