// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "core/document.h"
#include "core/parameters.h"
#include "sparse/compress.h"
#include "sparse/compress_bit_flip.h"
#include "sparse/compress_hss.h"
#include "sparse/compress_unified.h"

namespace lacuna::cli {

namespace {

struct CompressArguments {
  std::string in;
  std::string out;
  std::string method = "zps";
  std::string columns = "4";
  std::string group = "32";
  std::string constant_bits = "6";
  std::string narrow_inputs = "straddle";
};

/// Options go the way of every parameter: described, range-checked, with the nearest name for a typo.
sparse::BbsCompressOptions options_of(const CompressArguments& arguments) {
  Node node = Node::make_mapping();
  const auto set = [&node](const std::string& key, const std::string& option,
                           const std::string& value) {
    Place place;
    place.file = option + " " + value;
    node.set(key, Node::make_scalar(value, place));
  };
  set("method", "--method", arguments.method);
  set("columns", "--columns", arguments.columns);
  set("group", "--group", arguments.group);
  set("constant_bits", "--constant-bits", arguments.constant_bits);
  set("narrow_inputs", "--narrow-inputs", arguments.narrow_inputs);
  Diagnostics diagnostics;
  const auto options = read_parameters<sparse::BbsCompressOptions>(node, "", diagnostics);
  diagnostics.throw_if_any();
  return options;
}

int execute(const CompressArguments& arguments) {
  const sparse::BbsSummary summary =
      sparse::compress_bbs(arguments.in, arguments.out, options_of(arguments));
  std::fputs(summary.to_json().c_str(), stdout);
  return 0;
}

void add_bbs(CLI::App& parent, Command& chosen) {
  auto arguments = std::make_shared<CompressArguments>();
  CLI::App* command = parent.add_subcommand(
      "bbs", "Bi-directional bit-level sparsity: prune bit columns of an int8 tensor (BitVert)");
  command->add_option("--in", arguments->in, "int8 weights, .npy: [K, C] or [K, C, kh, kw]")
      ->required();
  command
      ->add_option("--out", arguments->out,
                   "Folder for weights.npy, metadata.npy, stream.bin, summary.json")
      ->required();
  command
      ->add_option("--method", arguments->method,
                   "ra (rounded averaging) or zps (zero-point shifting)")
      ->capture_default_str();
  command->add_option("--columns", arguments->columns, "Bit columns to prune, 0..6")
      ->capture_default_str();
  command->add_option("--group", arguments->group, "Weights that share metadata, 1..256")
      ->capture_default_str();
  command
      ->add_option("--constant-bits", arguments->constant_bits,
                   "Width of zero-point shifting's constant, 1..6")
      ->capture_default_str();
  command
      ->add_option(
          "--narrow-inputs", arguments->narrow_inputs,
          "Groups of layers with fewer input channels than a group: straddle (cut the flattened "
          "order every GROUP weights) or shorten (to the input channels)")
      ->capture_default_str();
  command->callback([arguments, &chosen] { chosen = [arguments] { return execute(*arguments); }; });
}

struct BitFlipArguments {
  std::string in;
  std::string out;
  std::string columns = "5";
  std::string group = "32";
};

int execute_bit_flip(const BitFlipArguments& arguments) {
  Node node = Node::make_mapping();
  Place place;
  place.file = "--columns " + arguments.columns;
  node.set("columns", Node::make_scalar(arguments.columns, place));
  place.file = "--group " + arguments.group;
  node.set("group", Node::make_scalar(arguments.group, place));
  Diagnostics diagnostics;
  const auto options = read_parameters<sparse::BitFlipCompressOptions>(node, "", diagnostics);
  diagnostics.throw_if_any();
  const sparse::BitFlipSummary summary =
      sparse::compress_bit_flip(arguments.in, arguments.out, options);
  std::fputs(summary.to_json().c_str(), stdout);
  return 0;
}

void add_bit_flip(CLI::App& parent, Command& chosen) {
  auto arguments = std::make_shared<BitFlipArguments>();
  CLI::App* command = parent.add_subcommand(
      "bitflip", "Flip bits of an int8 tensor until groups have zero bit columns (BitWave)");
  command->add_option("--in", arguments->in, "int8 weights, .npy: [K, C] or [K, C, kh, kw]")
      ->required();
  command
      ->add_option("--out", arguments->out,
                   "Folder for weights.npy, index.npy, columns.npy, summary.json")
      ->required();
  command
      ->add_option("--columns", arguments->columns,
                   "Bit columns that stay in a group, the sign column one of them, 2..8")
      ->capture_default_str();
  command
      ->add_option("--group", arguments->group, "Weights whose bits are flipped together, 1..256")
      ->capture_default_str();
  command->callback(
      [arguments, &chosen] { chosen = [arguments] { return execute_bit_flip(*arguments); }; });
}

struct UnifiedArguments {
  std::string in;
  std::string out;
  std::string vector = "8:8";
  std::string value = "2:4";
  std::string bit = "4:8";
  std::string rounding = "nearest";
};

sparse::UnifiedRounding rounding_of(const std::string& text) {
  if (text == "nearest" || text == "trunc") {
    return text == "nearest" ? sparse::UnifiedRounding::nearest : sparse::UnifiedRounding::truncate;
  }
  Place place;
  place.file = "--rounding " + text;
  throw input_error(place, "expected nearest or trunc" + suggestion(text, {"nearest", "trunc"}));
}

int execute_unified(const UnifiedArguments& arguments) {
  const sparse::UnifiedFormat format =
      sparse::parse_unified_format(arguments.vector, arguments.value, arguments.bit);
  const sparse::UnifiedSummary summary = sparse::compress_unified_file(
      arguments.in, arguments.out, format, rounding_of(arguments.rounding));
  std::fputs(summary.to_json().c_str(), stdout);
  return 0;
}

void add_unified(CLI::App& parent, Command& chosen) {
  auto arguments = std::make_shared<UnifiedArguments>();
  CLI::App* command = parent.add_subcommand(
      "unified", "Prune vectors, values and bit columns of an int8 tensor at once (SparSynergy)");
  command->add_option("--in", arguments->in, "int8 weights, .npy: [K, C] or [K, C, kh, kw]")
      ->required();
  command
      ->add_option("--out", arguments->out,
                   "Folder for weights.npy, the index and data streams, stream.bin, summary.json")
      ->required();
  command
      ->add_option("--vector", arguments->vector,
                   "N:8, vectors that stay of those of eight rows; 8:8: all")
      ->capture_default_str();
  command->add_option("--value", arguments->value, "2:2 (all), 2:3 or 2:4, values that stay")
      ->capture_default_str();
  command->add_option("--bit", arguments->bit, "4:8 or 8:8 (all), bit columns that stay")
      ->capture_default_str();
  command
      ->add_option("--rounding", arguments->rounding,
                   "nearest magnitude that the columns express, or trunc")
      ->capture_default_str();
  command->callback(
      [arguments, &chosen] { chosen = [arguments] { return execute_unified(*arguments); }; });
}

struct StructuredArguments {
  std::string in;
  std::string out;
  std::string blocks = "1:1";
  std::string values = "2:4";
};

/// A subcommand with the options that both formats have.
CLI::App* add_structured(CLI::App& parent, const char* name, const char* description,
                         StructuredArguments& arguments) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->add_option("--in", arguments.in, "int8 weights, .npy: [K, C] or [K, C, kh, kw]")
      ->required();
  command
      ->add_option("--out", arguments.out,
                   "Folder for weights.npy, values and indices, stream.bin, summary.json")
      ->required();
  return command;
}

void add_nm(CLI::App& parent, Command& chosen) {
  auto arguments = std::make_shared<StructuredArguments>();
  CLI::App* command = add_structured(
      parent, "nm", "N:M sparsity: of every M weights of an int8 tensor keep N", *arguments);
  command->add_option("--pattern", arguments->values, "N:M, weights that stay; M up to 16")
      ->capture_default_str();
  command->callback([arguments, &chosen] {
    chosen = [arguments] {
      const sparse::HssFormat format{{}, sparse::parse_keep_ratio(arguments->values, "--pattern")};
      const sparse::HssSummary summary =
          sparse::compress_hss_file(arguments->in, arguments->out, format);
      std::fputs(summary.to_json().c_str(), stdout);
      return 0;
    };
  });
}

void add_hss(CLI::App& parent, Command& chosen) {
  auto arguments = std::make_shared<StructuredArguments>();
  arguments->blocks = "4:8";
  CLI::App* command = add_structured(
      parent, "hss", "Hierarchical structured sparsity of two ranks (HighLight)", *arguments);
  command
      ->add_option("--rank1", arguments->blocks,
                   "G:H, blocks that stay of every H neighbours; H up to 16")
      ->capture_default_str();
  command->add_option("--rank0", arguments->values, "G:H, weights that stay of a block of H")
      ->capture_default_str();
  command->callback([arguments, &chosen] {
    chosen = [arguments] {
      const sparse::HssFormat format{sparse::parse_keep_ratio(arguments->blocks, "--rank1"),
                                     sparse::parse_keep_ratio(arguments->values, "--rank0")};
      const sparse::HssSummary summary =
          sparse::compress_hss_file(arguments->in, arguments->out, format);
      std::fputs(summary.to_json().c_str(), stdout);
      return 0;
    };
  });
}

}  // namespace

void add_compress_command(CLI::App& program, Command& chosen) {
  CLI::App* command = program.add_subcommand("compress", "Run an offline encoder on a tensor");
  command->require_subcommand(1);
  add_bbs(*command, chosen);
  add_bit_flip(*command, chosen);
  add_unified(*command, chosen);
  add_compress_sparq(*command, chosen);
  add_compress_ant(*command, chosen);
  add_nm(*command, chosen);
  add_hss(*command, chosen);
}

}  // namespace lacuna::cli
