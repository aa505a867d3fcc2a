// SPDX-License-Identifier: Apache-2.0
#include "traffic/traffic_pattern.h"

#include <cmath>
#include <limits>

namespace lacuna::traffic {

namespace {

std::uint64_t step_of(const PatternParams& params) {
  const bool strides = params.pattern == Pattern::stride || params.pattern == Pattern::conflict;
  return strides ? params.stride.value() : params.bytes.value();
}

/// Addresses from the base on, a step apart, at which a whole request fits.
std::uint64_t places_of(const PatternParams& params) {
  return params.size < params.bytes
             ? 0
             : (params.size.value() - params.bytes.value()) / step_of(params) + 1;
}

}  // namespace

void PatternParams::validate(Validation& check) const {
  check.require(size >= bytes, "size", "must hold at least one request of 'bytes'");
  check.require(places_of(*this) <= std::numeric_limits<std::uint32_t>::max(), "size",
                "must not hold more than 2^32 - 1 requests");
  check.require(base.value() <= std::numeric_limits<std::uint64_t>::max() - size.value(), "base",
                "with 'size' reaches beyond 2^64");
  check.require(pattern != Pattern::mix || read_share == 1.0, "read_share",
                "mix says itself what is written: every third request");
  check.require(!rate || rate->value() > 0, "rate", "must be more than nothing");
}

PatternSource::PatternSource(const PatternParams& params, Time period, const std::string& name)
    : params_(params),
      step_(step_of(params)),
      places_(places_of(params)),
      addresses_{RandomStream(params.seed, name + ".addresses")},
      directions_{RandomStream(params.seed, name + ".directions")},
      write_limit_(static_cast<std::uint64_t>(std::llround((1.0 - params.read_share) * 0x1p32))) {
  set_period(period);
}

void PatternSource::set_period(Time period) {
  clocks_per_request_ = params_.rate
                            ? static_cast<double>(params_.bytes.value()) * 1e12 /
                                  params_.rate->value() / static_cast<double>(period.value())
                            : 0;
}

std::uint32_t PatternSource::Words::at(std::uint64_t index) {
  const std::size_t place = index % drawn.size();
  if (place == 0) {
    stream.fill(index, drawn);
  }
  return drawn[place];
}

bool PatternSource::next(MemoryRequest& request) {
  if (made_ == params_.requests) {
    return false;
  }
  request.clock = std::llround(static_cast<double>(made_) * clocks_per_request_);
  request.address = address();
  request.bytes = static_cast<std::uint32_t>(params_.bytes.value());
  request.write = is_write();
  request.line = 0;
  ++made_;
  return true;
}

std::uint64_t PatternSource::address() {
  const std::uint64_t place = params_.pattern == Pattern::random
                                  ? below(addresses_.at(made_), static_cast<std::uint32_t>(places_))
                                  : made_ % places_;
  return params_.base.value() + place * step_;
}

bool PatternSource::is_write() {
  if (params_.pattern == Pattern::mix) {
    return made_ % 3 == 2;
  }
  return write_limit_ != 0 && directions_.at(made_) < write_limit_;
}

}  // namespace lacuna::traffic
