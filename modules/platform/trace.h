// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/units.h"
#include "engine/accelerator.h"

namespace lacuna::platform {

/// A timeline of tiles in Chrome's trace-event format, which Perfetto and chrome://tracing open: one process an
/// accelerator, one slice for what each tile waited for and for its service.
class Trace {
 public:
  /// Appends the tiles of a layer whose job began at `start`.
  void add(const std::string& accelerator, const std::string& layer, Time start, Time clock_period,
           const std::vector<engine::TileTrace>& tiles);
  /// The text of trace.json.
  std::string text() const;

 private:
  void slice(const std::string& name, std::size_t process, Time start, Time duration);
  std::size_t process_of(const std::string& accelerator);

  std::vector<std::string> accelerators_;
  std::string events_;
};

}  // namespace lacuna::platform
