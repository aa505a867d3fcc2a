// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/error.h"

namespace lacuna {
inline namespace core {

/// Checks that a document is text: UTF-8 without control characters, and not too long.
/// @throws Error (bad_input) at the first byte that is not
void check_text(const std::string& text, const std::string& file_name);

/// Bytes of the UTF-8 character at `at`, or 0 when there is none (overlong forms and surrogates are
/// none).
std::size_t utf8_length(const std::string& text, std::size_t at);

/// The text of a line (from 1) without its end; empty past the last.
std::string line_of(const std::string& text, std::size_t line);

}  // namespace core
}  // namespace lacuna
