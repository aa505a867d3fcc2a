// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/document.h"
#include "core/error.h"

namespace lacuna {
inline namespace core {

/// What a struct's validate() reports to. It runs only when every field was read without a problem.
class Validation {
 public:
  Validation(const Node& mapping, std::string path, Diagnostics& diagnostics)
      : mapping_(mapping), path_(std::move(path)), diagnostics_(diagnostics) {}

  /// Reports `message` unless the condition holds: at the value of `field` ("count.metadata",
  /// "layers[2]"), or at the innermost mapping around it that stands in the file. An empty field is
  /// the struct itself.
  void require(bool condition, const std::string& field, const std::string& message);

  bool ok() const { return ok_; }

 private:
  const Node& mapping_;
  std::string path_;
  Diagnostics& diagnostics_;
  bool ok_ = true;
};

}  // namespace core
}  // namespace lacuna
