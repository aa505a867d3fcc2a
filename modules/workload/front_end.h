// SPDX-License-Identifier: Apache-2.0
//
// The networks in front of extreme classifiers, as work of the host: what their layers multiply and read for a batch of
// contexts, and how long a processor takes. Their values are not computed: contexts are the workload's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "core/units.h"

namespace lacuna::workload {

/// The network whose last hidden layer gives the context vectors.
enum class FrontEnd { none, lstm, transformer, gnmt, xmlcnn };

/// One layer of a front end, FP32.
struct FrontEndLayer {
  std::string name;
  std::uint64_t macs = 0;     ///< of a context
  std::uint64_t weights = 0;  ///< values, read once a batch
};

/// For contexts of so many values: one step of a language model or decoder, or one document.
/// - lstm: two layers, as wide as the context [Zaremba et al. 2014, "large"]
/// - transformer: 16 layers, feed-forward 2100, 150 positions and as many remembered [Transformer-XL, base of WikiText-103]
/// - gnmt: a decoder of four LSTM layers with attention over 50 words, whose context vector every layer after the first takes in
///   as well [GNMT as trained with 32,317 words]
/// - xmlcnn: 500 words of 300 values, 32 filters each of 2, 4 and 8 words, 8 maxima of each, to the context [XML-CNN]
std::vector<FrontEndLayer> front_end_layers(FrontEnd which, std::uint32_t dimension);

/// The processor that works out contexts.
struct FrontEndHost {
  double macs_per_ns = 2419.2;
  double bandwidth_gbps = 128;
  Bytes cache = 40370176_B;

  template <class Description>
  static void describe(Description& d) {
    d("macs_per_ns", &FrontEndHost::macs_per_ns,
      "FP32 multiply-accumulates: 28 cores with two units of 16 lanes each at 2.7 GHz")
        .range(0.001, 1e6);
    d("bandwidth_gbps", &FrontEndHost::bandwidth_gbps,
      "of weights that the cache does not keep: six channels DDR4-2666")
        .range(0.001, 1e6);
    d("cache", &FrontEndHost::cache,
      "weights up to this size are read from memory once and for all batches: 38.5 MiB")
        .positive();
  }
};

/// A roofline, layer by layer. Zero where there is no front end.
Time front_end_time(const std::vector<FrontEndLayer>& layers, std::uint32_t contexts,
                    const FrontEndHost& host);

}  // namespace lacuna::workload

template <>
struct lacuna::EnumNames<lacuna::workload::FrontEnd> {
  static std::vector<lacuna::EnumName<lacuna::workload::FrontEnd>> table() {
    using lacuna::workload::FrontEnd;
    return {{"none", FrontEnd::none},
            {"lstm", FrontEnd::lstm},
            {"transformer", FrontEnd::transformer},
            {"gnmt", FrontEnd::gnmt},
            {"xmlcnn", FrontEnd::xmlcnn}};
  }
};
