// SPDX-License-Identifier: Apache-2.0
#include "cosim/axi_manager.h"

#include <algorithm>

namespace lacuna::cosim {

namespace {

std::uint8_t log2_of(unsigned bytes) {
  std::uint8_t size = 0;
  while ((1u << size) < bytes) {
    ++size;
  }
  return size;
}

}  // namespace

std::vector<AxiBurst> cut_into_bursts(std::uint64_t address, std::uint64_t bytes, bool write,
                                      unsigned data_bytes, unsigned max_beats, bool aligned) {
  std::vector<AxiBurst> bursts;
  const std::uint64_t end = address + bytes;
  while (address < end) {
    const std::uint64_t word = address / data_bytes * data_bytes;
    const std::uint64_t limit = std::min(
        {end, (address / axi_page + 1) * axi_page, word + std::uint64_t{max_beats} * data_bytes});
    const std::uint64_t beats = (limit - word + data_bytes - 1) / data_bytes;
    AxiBurst burst;
    burst.write = write;
    burst.address.address = aligned ? word : address;
    burst.address.length = static_cast<std::uint8_t>(beats - 1);
    burst.address.size = log2_of(data_bytes);
    burst.data.resize(beats * data_bytes);
    burst.enables.resize(write ? burst.data.size() : 0);
    bursts.push_back(std::move(burst));
    address = limit;
  }
  return bursts;
}

AxiManager::AxiManager(const AxiBridgeOptions& options, unsigned ids,
                       std::function<void(AxiBurst)> done)
    : options_(options),
      ids_(ids),
      done_(std::move(done)),
      write_addresses_(Throttle(options.throttle, options.seed)),
      write_data_(Throttle(options.throttle, options.seed + 1)),
      read_addresses_(Throttle(options.throttle, options.seed + 2)),
      write_responses_(Throttle(options.throttle, options.seed + 3)),
      read_data_(Throttle(options.throttle, options.seed + 4)) {}

/// As many as there are IDs.
void AxiManager::send(Direction& direction) {
  for (std::uint32_t id = 0; id < ids_ && !direction.waiting.empty(); ++id) {
    if (direction.sent.count(id) != 0 || direction.sent.size() >= options_.outstanding) {
      continue;
    }
    AxiBurst burst = std::move(direction.waiting.front());
    direction.waiting.pop_front();
    burst.address.id = id;
    if (burst.write) {
      write_addresses_.push(burst.address);
      send_data(burst);
    } else {
      read_addresses_.push(burst.address);
    }
    direction.beats[id] = 0;
    direction.sent.emplace(id, std::move(burst));
  }
}

void AxiManager::send_data(const AxiBurst& burst) {
  const unsigned bytes = burst.address.beat_bytes();
  for (unsigned beat = 0; beat < burst.address.beats(); ++beat) {
    AxiWriteBeat sent;
    sent.last = beat == burst.address.length;
    const std::size_t first = std::size_t{beat} * bytes;
    const std::uint64_t lane = (burst.first_byte() + first) % options_.data_bytes;
    for (unsigned i = 0; i < bytes; ++i) {
      sent.data[lane + i] = burst.data[first + i];
      sent.strobes |= burst.enables[first + i] ? std::uint64_t{1} << (lane + i) : 0;
    }
    write_data_.push(sent);
  }
}

void AxiManager::drive(AxiSignals& signals) {
  send(writes_);
  send(reads_);
  write_addresses_.drive();
  write_data_.drive();
  read_addresses_.drive();
  write_responses_.drive();
  read_data_.drive();
  signals.aw.valid = write_addresses_.valid();
  if (signals.aw.valid) {
    signals.aw.beat = write_addresses_.beat();
  }
  signals.w.valid = write_data_.valid();
  if (signals.w.valid) {
    signals.w.beat = write_data_.beat();
  }
  signals.ar.valid = read_addresses_.valid();
  if (signals.ar.valid) {
    signals.ar.beat = read_addresses_.beat();
  }
  signals.b.ready = write_responses_.ready();
  signals.r.ready = read_data_.ready();
}

void AxiManager::clock(const AxiSignals& signals) {
  write_addresses_.clock(signals.aw.ready);
  write_data_.clock(signals.w.ready);
  read_addresses_.clock(signals.ar.ready);
  if (write_responses_.clock(signals.b.valid, signals.b.beat)) {
    const AxiWriteResponse response = write_responses_.received.front();
    write_responses_.received.pop_front();
    if (writes_.sent.count(response.id) != 0) {
      writes_.sent[response.id].response = response.response;
      finish(writes_, response.id);
    }
  }
  if (read_data_.clock(signals.r.valid, signals.r.beat)) {
    take_read(read_data_.received.front());
    read_data_.received.pop_front();
  }
}

/// Beats that belong to nothing are for the checker to report.
void AxiManager::take_read(const AxiReadBeat& beat) {
  const auto found = reads_.sent.find(beat.id);
  if (found == reads_.sent.end()) {
    return;
  }
  AxiBurst& burst = found->second;
  const unsigned bytes = burst.address.beat_bytes();
  const unsigned number = reads_.beats[beat.id]++;
  const std::size_t first = std::size_t{number} * bytes;
  const std::uint64_t lane = (burst.first_byte() + first) % options_.data_bytes;
  std::copy_n(beat.data.begin() + static_cast<std::ptrdiff_t>(lane), bytes,
              burst.data.begin() + static_cast<std::ptrdiff_t>(first));
  burst.response = std::max(burst.response, beat.response);
  if (number == burst.address.length) {
    finish(reads_, beat.id);
  }
}

void AxiManager::finish(Direction& direction, std::uint32_t id) {
  AxiBurst burst = std::move(direction.sent[id]);
  direction.sent.erase(id);
  done_(std::move(burst));
}

bool AxiManager::idle() const {
  return outstanding() == 0;
}

}  // namespace lacuna::cosim
