// SPDX-License-Identifier: Apache-2.0
// Any bytes as a workload file: an Error of the user's, or layers that can all be computed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/document.h"
#include "workload/layer.h"
#include "workload/workload.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lacuna;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const workload::Workload read =
        workload::read_workload(parse_yaml(text, "fuzz.yaml"), "/nonexistent", "fuzz");
    if (read.layers.empty()) {
      std::abort();
    }
    for (const workload::Layer& layer : read.layers) {
      if (!workload::problems_of(layer.shape).empty() || layer.name.empty() ||
          element_count(workload::output_shape(layer)) !=
              layer.shape.positions() * layer.shape.out_channels) {
        std::abort();
      }
    }
  } catch (const Error& error) {
    if (error.fault() != Fault::bad_input || error.diagnostics().empty()) {
      std::abort();
    }
  }
  return 0;
}
