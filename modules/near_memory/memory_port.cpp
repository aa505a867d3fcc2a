// SPDX-License-Identifier: Apache-2.0
#include "near_memory/memory_port.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"
#include "tlm/time.h"

namespace lacuna::near_memory {

MemoryPort::MemoryPort(const sc_core::sc_module_name& name, std::uint32_t sockets,
                       std::uint64_t interleave)
    : sc_module(name), interleave_(interleave) {
  for (std::uint32_t i = 0; i < sockets; ++i) {
    sockets_.push_back(std::make_unique<Socket>(fmt::format("memory{}", i).c_str()));
    sockets_[i]->register_nb_transport_bw(this, &MemoryPort::backward, static_cast<int>(i));
    requests_.push_back(std::make_unique<tlm::OpenRequests<Piece>>(
        this->name(),
        [this, i](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
          return (*sockets_[i])->nb_transport_fw(payload, phase, delay);
        },
        [this](const Piece& piece, tlm::Payload& payload, const sc_core::sc_time& when) {
          responded(piece, payload, when);
        }));
  }
}

MemoryPort::Place MemoryPort::place_of(std::uint64_t offset) const {
  Place place;
  if (sockets_.size() == 1) {
    place.address = base_ + offset;
    place.bytes = tlm::max_burst_bytes;
    return place;
  }
  const std::uint64_t stripe = offset / interleave_;
  const std::uint64_t within = offset % interleave_;
  place.socket = static_cast<std::uint32_t>(stripe % sockets_.size());
  place.address = base_ + stripe / sockets_.size() * interleave_ + within;
  place.bytes = std::min<std::uint64_t>(interleave_ - within, tlm::max_burst_bytes);
  return place;
}

void MemoryPort::load(std::uint64_t offset, std::uint32_t bytes) {
  std::unique_ptr<Load> load;
  if (spare_.empty()) {
    load = std::make_unique<Load>();
  } else {
    load = std::move(spare_.back());
    spare_.pop_back();
  }
  load->data.resize(bytes);
  load->missing = 1;  // until all pieces are sent
  load->first_data = Time(std::numeric_limits<std::int64_t>::max());
  load->end_of_data = Time(0);
  Load* raw = load.get();
  loads_.push_back(std::move(load));
  bytes_loaded_ += bytes;
  for (std::uint32_t at = 0; at < bytes;) {
    const Place place = place_of(offset + at);
    const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes - at, place.bytes));
    ++raw->missing;
    requests_[place.socket]->read(place.address, count, {raw, at});
    at += count;
  }
  --raw->missing;
}

Load& MemoryPort::next() {
  while (loads_.empty() || loads_.front()->missing != 0) {
    sc_core::wait(arrived_);
  }
  return *loads_.front();
}

void MemoryPort::pop() {
  spare_.push_back(std::move(loads_.front()));
  loads_.pop_front();
}

void MemoryPort::store(std::uint64_t offset, Span<const std::uint8_t> data) {
  bytes_stored_ += data.size();
  while (!data.empty()) {
    const Place place = place_of(offset);
    const std::size_t count = std::min<std::uint64_t>(data.size(), place.bytes);
    ++stores_;
    requests_[place.socket]->write(place.address, data.first(count), {});
    offset += count;
    data = data.subspan(count);
  }
}

void MemoryPort::look(std::uint64_t offset, Span<std::uint8_t> into) {
  while (!into.empty()) {
    const Place place = place_of(offset);
    const std::size_t count = std::min<std::uint64_t>(into.size(), place.bytes);
    tlm::Payload payload;
    payload.set_command(::tlm::TLM_READ_COMMAND);
    payload.set_address(place.address);
    payload.set_data_ptr(into.data());
    payload.set_data_length(static_cast<unsigned>(count));
    payload.set_streaming_width(static_cast<unsigned>(count));
    if ((*sockets_[place.socket])->transport_dbg(payload) != count) {
      throw model_error(
          fmt::format("{}: {} bytes at {:#x} do not lie in memory", name(), count, offset));
    }
    offset += count;
    into = into.subspan(count);
  }
}

void MemoryPort::await_stores() {
  while (stores_ != 0) {
    sc_core::wait(stored_);
  }
}

::tlm::tlm_sync_enum MemoryPort::backward(int socket, tlm::Payload& payload,
                                          ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  return requests_[static_cast<std::size_t>(socket)]->backward(payload, phase, delay);
}

void MemoryPort::responded(const Piece& piece, tlm::Payload& payload,
                           const sc_core::sc_time& when) {
  const sc_core::sc_time late = when - sc_core::sc_time_stamp();
  if (piece.load != nullptr) {
    Load& load = *piece.load;
    const Span<std::uint8_t> data = tlm::data_of(payload);
    std::copy_n(data.begin(), data.size(), load.data.begin() + piece.at);
    const Time end = tlm::to_time(when);
    load.end_of_data = std::max(load.end_of_data, end);
    load.first_data =
        std::min({load.first_data, tlm::to_time(tlm::info_of(payload)->first_beat), end});
    --load.missing;
    arrived_.notify(late);
  } else if (--stores_ == 0) {
    stored_.notify(late);
  }
}

}  // namespace lacuna::near_memory
