// SPDX-License-Identifier: Apache-2.0
//
// Programs of ENMC instructions as text, and as the words that travel.
#pragma once

#include <string>
#include <vector>

#include "enmc/isa.h"

namespace lacuna::enmc {

/// Reads one instruction a line: a mnemonic and its operands, separated by commas; "//" and "#" begin
/// a comment. Mnemonics may be in lower case; numbers decimal or 0x....
/// @param file  for messages
/// @throws Error (bad_input) with everything that is wrong, by line and column
std::vector<Instruction> assemble(const std::string& text, const std::string& file);

/// "LDR weight_int4, 0x4a62".
std::string to_text(const Instruction& instruction);

/// One line an instruction: the 13 bits as 0x...., and its data as 0x................ if it brings
/// any.
std::string to_words(const std::vector<Instruction>& program);

/// Lines of an access_script that sends a program to a rank: writes, and polls of whatever comes for
/// QUERY and RETURN.
/// @param window  address of the rank's encoding 0 (memory/dram_instruction_window.h)
std::string to_access_script(const std::vector<Instruction>& program, std::uint64_t window);

/// to_words the other way round. Comments as above. @throws Error (bad_input) as assemble
std::vector<Instruction> from_words(const std::string& words, const std::string& file);

}  // namespace lacuna::enmc
