// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <future>
#include <thread>
#include <vector>

namespace lacuna {

/// So many, or one per processor for 0.
inline unsigned thread_count(unsigned asked) {
  return asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
}

/// Calls work(first, count) once for every block of at most `block` of `total` things, in no order, from
/// up to `threads` threads, of which this is one. Rethrows what a call throws; others go on till then.
template <class Work>
void for_each_block(std::size_t total, std::size_t block, unsigned threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto take_all = [&] {
    for (std::size_t first = next.fetch_add(block); first < total; first = next.fetch_add(block)) {
      work(first, std::min(block, total - first));
    }
  };
  const std::size_t blocks = (total + block - 1) / block;
  std::vector<std::future<void>> others;
  for (std::size_t i = 1; i < std::min<std::size_t>(threads, blocks); ++i) {
    others.push_back(std::async(std::launch::async, take_all));
  }
  take_all();
  for (std::future<void>& other : others) {
    other.get();
  }
}

}  // namespace lacuna
