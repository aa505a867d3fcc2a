// SPDX-License-Identifier: Apache-2.0
#include "tlm/wave_request.h"

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::tlm {

namespace {

/// Whether `name` is `scope` or stands below it.
bool within(const std::string& name, const std::string& scope) {
  return scope.empty() || name == scope || name.rfind(scope + ".", 0) == 0;
}

std::string list(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::optional<WaveRequest> WaveDesk::claim(const std::string& block) {
  if (request_.file.empty()) {
    return std::nullopt;
  }
  blocks_.push_back(block);
  WaveRequest own = request_;
  if (within(block, request_.scope)) {
    own.scope.clear();
  } else if (within(request_.scope, block)) {
    own.scope = request_.scope.substr(block.size() + 1);
  } else {
    return std::nullopt;
  }
  claimed_.push_back(block);
  return claimed_.size() == 1 ? std::optional(own) : std::nullopt;
}

void WaveDesk::check() const {
  if (request_.file.empty() || claimed_.size() == 1) {
    return;
  }
  Place place;
  place.file = "--wave " + request_.file;
  if (blocks_.empty()) {
    throw input_error(place,
                      "no block of this platform has signals to record; expected one with a body "
                      "in SystemVerilog (model: rtl or lockstep)");
  }
  if (claimed_.empty()) {
    place.file = "--wave-scope " + request_.scope;
    throw input_error(place, "no block with signals of that name; there are " + list(blocks_));
  }
  throw input_error(place, "one file holds one block; choose with --wave-scope: " + list(claimed_));
}

std::string WaveDesk::window_options() const {
  if (!window_) {
    return {};
  }
  return fmt::format("--wave {} --wave-from '{} ps' --wave-to '{} ps' --wave-scope {}",
                     window_->file, window_->from_ps, window_->to_ps, window_->scope);
}

}  // namespace lacuna::tlm
