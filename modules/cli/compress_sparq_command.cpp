// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "core/error.h"
#include "sparse/compress_sparq.h"

namespace lacuna::cli {

namespace {

struct SparqArguments {
  std::string in;
  std::string out;
  unsigned bits = 4;
  unsigned placements = 5;
  std::string rounding = "round";
};

sparse::SparqRounding rounding_of(const std::string& text) {
  if (text == "round" || text == "trim") {
    return text == "round" ? sparse::SparqRounding::round : sparse::SparqRounding::trim;
  }
  Place place;
  place.file = "--rounding " + text;
  throw input_error(place, "expected round or trim" + suggestion(text, {"round", "trim"}));
}

int execute(const SparqArguments& arguments) {
  const sparse::SparqFormat format = sparse::make_sparq_format(arguments.bits, arguments.placements,
                                                               rounding_of(arguments.rounding));
  const sparse::SparqSummary summary =
      sparse::compress_sparq_file(arguments.in, arguments.out, format);
  std::fputs(summary.to_json().c_str(), stdout);
  return 0;
}

}  // namespace

void add_compress_sparq(CLI::App& parent, Command& chosen) {
  auto arguments = std::make_shared<SparqArguments>();
  CLI::App* command = parent.add_subcommand(
      "sparq", "Quantize activations to windows of a few bits, in pairs (SPARQ)");
  command->add_option("--in", arguments->in, "uint8 activations, .npy: [M, K] or [N, C, H, W]")
      ->required();
  command
      ->add_option("--out", arguments->out,
                   "Folder for activations.npy, data.bin, metadata.bin, summary.json")
      ->required();
  command->add_option("--bits", arguments->bits, "Bits of a window: 4, 3 or 2")
      ->capture_default_str();
  command
      ->add_option("--placements", arguments->placements,
                   "Placements of a window: 5, 3 or 2 for 4 bits, 6 for 3 bits, 7 for 2 bits")
      ->capture_default_str();
  command
      ->add_option("--rounding", arguments->rounding,
                   "round (to the nearest, ties to even) or trim")
      ->capture_default_str();
  command->callback([arguments, &chosen] { chosen = [arguments] { return execute(*arguments); }; });
}

}  // namespace lacuna::cli
