// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/document.h"

namespace lacuna {
inline namespace core {
namespace {

namespace fs = std::filesystem;

constexpr const char* include_key = "include";
constexpr std::size_t most_includes = 1000;  // diamonds of includes multiply

/// The value on top wins; mappings are merged key by key.
void merge_below(Node& top, Node below) {
  if (!top.is_mapping() || !below.is_mapping()) {
    return;
  }
  for (Node::Entry& entry : below.entries) {
    if (Node* present = top.find(entry.key)) {
      merge_below(*present, std::move(entry.value));
    } else {
      top.entries.push_back(std::move(entry));
    }
  }
}

class Includer {
 public:
  explicit Includer(const std::vector<std::string>& search_paths) : search_paths_(search_paths) {}

  /// Reads a file and what it includes. The files that lead here are in `open_`.
  Node load(const std::string& path) {
    Node node = load_yaml(path);
    if (!node.is_mapping() || node.find(include_key) == nullptr) {
      return node;
    }
    const Node includes = take_include(node);
    open_.push_back(path);
    if (includes.is_sequence()) {
      // Of several includes the later wins, so it is merged first.
      std::for_each(includes.items.rbegin(), includes.items.rend(),
                    [&](const Node& item) { merge_below(node, load_included(item, path)); });
    } else {
      merge_below(node, load_included(includes, path));
    }
    open_.pop_back();
    return node;
  }

 private:
  static Node take_include(Node& node) {
    const auto entry = std::find_if(node.entries.begin(), node.entries.end(),
                                    [](const Node::Entry& e) { return e.key == include_key; });
    Node value = std::move(entry->value);
    node.entries.erase(entry);
    return value;
  }

  Node load_included(const Node& item, const std::string& including) {
    if (!item.is_scalar() || item.scalar.empty()) {
      throw input_error(item.place, include_key, "expected the path of a file, or a list of paths");
    }
    if (++included_ > most_includes) {
      throw input_error(item.place, include_key,
                        "more than " + std::to_string(most_includes) + " files are included");
    }
    const std::string path = resolve(item, including);
    check_ring(path, item);
    Node node = load(path);
    if (!node.is_mapping()) {
      throw input_error(item.place, include_key,
                        in_quotes(path) + " is not a mapping; nothing else can be included");
    }
    return node;
  }

  std::string resolve(const Node& item, const std::string& including) const {
    std::vector<fs::path> folders = {fs::path(including).parent_path()};
    folders.insert(folders.end(), search_paths_.begin(), search_paths_.end());
    for (const fs::path& folder : folders) {
      const fs::path candidate = (folder / item.scalar).lexically_normal();
      std::error_code ignored;
      if (fs::exists(candidate, ignored)) {
        if (fs::is_directory(candidate, ignored)) {
          throw input_error(item.place, include_key,
                            in_quotes(candidate.string()) + " is a directory, expected a file");
        }
        return candidate.string();
      }
    }
    std::string searched;
    for (const fs::path& folder : folders) {
      searched +=
          (searched.empty() ? "" : ", ") + in_quotes(folder.empty() ? "." : folder.string());
    }
    throw input_error(item.place, include_key,
                      "cannot find " + in_quotes(item.scalar) + " in " + searched);
  }

  void check_ring(const std::string& path, const Node& item) const {
    const auto same = [&path](const std::string& other) {
      std::error_code ignored;
      return fs::equivalent(path, other, ignored);
    };
    const auto first = std::find_if(open_.begin(), open_.end(), same);
    if (first == open_.end()) {
      return;
    }
    std::string ring;
    for (auto file = first; file != open_.end(); ++file) {
      ring += *file + " -> ";
    }
    throw input_error(item.place, include_key, "files include each other: " + ring + *first);
  }

  const std::vector<std::string>& search_paths_;
  std::vector<std::string> open_;
  std::size_t included_ = 0;
};

}  // namespace

Node load_yaml_with_includes(const std::string& path,
                             const std::vector<std::string>& search_paths) {
  return Includer(search_paths).load(path);
}

}  // namespace core
}  // namespace lacuna
