// SPDX-License-Identifier: Apache-2.0
#include "cosim/axi_subordinate.h"

#include <algorithm>

#include "core/error.h"

namespace lacuna::cosim {

AxiSubordinate::AxiSubordinate(const AxiBridgeOptions& options,
                               std::function<void(AxiBurst)> request)
    : options_(options),
      request_(std::move(request)),
      write_addresses_(Throttle(options.throttle, options.seed), 2),
      write_data_(Throttle(options.throttle, options.seed + 1), 4),
      read_addresses_(Throttle(options.throttle, options.seed + 2), 2),
      write_responses_(Throttle(options.throttle, options.seed + 3)),
      read_data_(Throttle(options.throttle, options.seed + 4)) {}

void AxiSubordinate::respond(AxiBurst burst) {
  Entries& entries = burst.write ? writes_ : reads_;
  for (Entry& entry : entries) {
    if (entry.burst.tag == burst.tag) {
      entry.burst = std::move(burst);
      entry.answered = true;
      send_responses(entries);
      return;
    }
  }
  throw model_error("an AXI transaction was answered that nobody waits for");
}

/// The oldest of an ID may leave as soon as it is answered.
void AxiSubordinate::send_responses(Entries& entries) {
  for (auto entry = entries.begin(); entry != entries.end();) {
    const bool oldest = std::none_of(entries.begin(), entry, [&entry](const Entry& older) {
      return older.burst.address.id == entry->burst.address.id;
    });
    if (!oldest || !entry->answered) {
      ++entry;
      continue;
    }
    if (entry->burst.write) {
      write_responses_.push({entry->burst.address.id, entry->burst.response});
    } else {
      send_read(entry->burst);
    }
    entry = entries.erase(entry);
  }
}

void AxiSubordinate::send_read(const AxiBurst& burst) {
  const unsigned bytes = burst.address.beat_bytes();
  for (unsigned beat = 0; beat < burst.address.beats(); ++beat) {
    AxiReadBeat sent{burst.address.id, {}, burst.response, beat == burst.address.length};
    const std::uint64_t first = burst.first_byte() + std::uint64_t{beat} * bytes;
    std::copy_n(burst.data.begin() + static_cast<std::ptrdiff_t>(std::uint64_t{beat} * bytes),
                bytes,
                sent.data.begin() + static_cast<std::ptrdiff_t>(first % options_.data_bytes));
    read_data_.push(sent);
  }
}

void AxiSubordinate::drive(AxiSignals& signals) {
  write_addresses_.drive();
  write_data_.drive();
  read_addresses_.drive();
  write_responses_.drive();
  read_data_.drive();
  signals.aw.ready = write_addresses_.ready();
  signals.w.ready = write_data_.ready();
  signals.ar.ready = read_addresses_.ready();
  signals.b.valid = write_responses_.valid();
  if (signals.b.valid) {
    signals.b.beat = write_responses_.beat();
  }
  signals.r.valid = read_data_.valid();
  if (signals.r.valid) {
    signals.r.beat = read_data_.beat();
  }
}

void AxiSubordinate::clock(const AxiSignals& signals) {
  write_responses_.clock(signals.b.ready);
  read_data_.clock(signals.r.ready);
  write_addresses_.clock(signals.aw.valid, signals.aw.beat);
  write_data_.clock(signals.w.valid, signals.w.beat);
  read_addresses_.clock(signals.ar.valid, signals.ar.beat);
  take_write_data();
  if (!read_addresses_.received.empty() && reads_.size() < options_.outstanding) {
    take_read(read_addresses_.received.front());
    read_addresses_.received.pop_front();
  }
}

void AxiSubordinate::take_write_data() {
  std::deque<AxiAddress>& addresses = write_addresses_.received;
  std::deque<AxiWriteBeat>& beats = write_data_.received;
  if (addresses.empty() || beats.empty() ||
      (beat_ == 0 && writes_.size() >= options_.outstanding)) {
    return;
  }
  const AxiAddress& address = addresses.front();
  const unsigned bytes = address.beat_bytes();
  if (beat_ == 0) {
    incoming_ = {};
    incoming_.write = true;
    incoming_.address = address;
    incoming_.data.resize(std::size_t{bytes} * address.beats());
    incoming_.enables.resize(incoming_.data.size());
  }
  const AxiWriteBeat& beat = beats.front();
  const std::uint64_t lane =
      (incoming_.first_byte() + std::uint64_t{beat_} * bytes) % options_.data_bytes;
  for (unsigned i = 0; i < bytes; ++i) {
    incoming_.data[beat_ * bytes + i] = beat.data[lane + i];
    incoming_.enables[beat_ * bytes + i] = (beat.strobes >> (lane + i) & 1) != 0;
  }
  const bool last = beat_ == address.length;
  beats.pop_front();
  beat_ = last ? 0 : beat_ + 1;
  if (last) {
    addresses.pop_front();
    incoming_.tag = next_tag_++;
    writes_.push_back({incoming_});
    request_(incoming_);
  }
}

void AxiSubordinate::take_read(const AxiAddress& address) {
  AxiBurst burst;
  burst.address = address;
  burst.data.resize(std::size_t{address.beat_bytes()} * address.beats());
  burst.tag = next_tag_++;
  reads_.push_back({burst});
  request_(burst);
}

bool AxiSubordinate::idle() const {
  return writes_.empty() && reads_.empty() && write_responses_.empty() && read_data_.empty() &&
         write_addresses_.received.empty() && write_data_.received.empty() &&
         read_addresses_.received.empty();
}

}  // namespace lacuna::cosim
