// SPDX-License-Identifier: Apache-2.0
// Any bytes as a .npy file: an Error with a byte offset inside of the file, or a tensor whose data is the rest of the file.
#include <cstdint>
#include <cstdlib>

#include "core/tensor.h"

namespace {

void demand(bool condition) {
  if (!condition) {
    std::abort();
  }
}

}  // namespace

// libFuzzer calls it by this name.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lacuna;
  try {
    const Tensor tensor = parse_npy({data, size}, "fuzz.npy");
    demand(!tensor.empty() && tensor.bytes().size() < size);
    demand(tensor.size() == element_count(tensor.shape()));
    demand(tensor.bytes().size() == tensor.size() * size_of(tensor.type()));
  } catch (const Error& error) {
    demand(error.fault() == Fault::bad_input && error.diagnostics().size() == 1);
    const Place& place = error.diagnostics().front().place;
    demand(place.byte_offset && *place.byte_offset <= size);
  }
  return 0;
}
