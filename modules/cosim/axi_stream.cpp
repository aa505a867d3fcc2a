// SPDX-License-Identifier: Apache-2.0
#include "cosim/axi_stream.h"

#include <algorithm>

#include <fmt/format.h>

namespace lacuna::cosim {

namespace {

std::uint64_t lowest(std::size_t bits) {
  return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

}  // namespace

std::vector<AxiStreamBeat> cut_into_beats(const std::uint8_t* bytes, std::size_t count,
                                          unsigned data_bytes) {
  std::vector<AxiStreamBeat> beats;
  for (std::size_t at = 0; at < count; at += data_bytes) {
    const std::size_t taken = std::min<std::size_t>(data_bytes, count - at);
    AxiStreamBeat beat;
    std::copy_n(bytes + at, taken, beat.data.begin());
    beat.keep = lowest(taken);
    beat.last = at + taken == count;
    beats.push_back(beat);
  }
  return beats;
}

AxiStreamChecker::AxiStreamChecker(unsigned data_bytes, std::uint64_t patience,
                                   ViolationListener listener)
    : data_bytes_(data_bytes),
      listener_(std::move(listener)),
      handshake_("T", patience, listener_) {}

void AxiStreamChecker::clock(const AxiStreamSignals& signals) {
  ++cycle_;
  const AxiStreamBeat& beat = signals.t.beat;
  handshake_.clock(signals.t.valid, signals.t.ready, beat);
  const bool packed = (beat.keep & (beat.keep + 1)) == 0 && beat.keep != 0;
  const bool full = beat.keep == lowest(data_bytes_);
  if (signals.t.valid && signals.t.ready && !(full || (packed && beat.last))) {
    listener_({"sparse_keep", "T", cycle_,
               fmt::format("TKEEP is {:#x}; bridges want whole words but for the end of a packet",
                           beat.keep)});
  }
}

}  // namespace lacuna::cosim
