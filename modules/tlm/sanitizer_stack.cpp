// SPDX-License-Identifier: Apache-2.0
#include "tlm/sanitizer_stack.h"

#ifdef __SANITIZE_ADDRESS__
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace lacuna::tlm {

#ifdef __SANITIZE_ADDRESS__
void back_on_thread_stack() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
    return;
  }
  void* bottom = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &bottom, &size);
  pthread_attr_destroy(&attributes);
  void* shadow_frames = nullptr;
  __sanitizer_start_switch_fiber(&shadow_frames, bottom, size);
  __sanitizer_finish_switch_fiber(shadow_frames, nullptr, nullptr);
}
#else
void back_on_thread_stack() {}
#endif

}  // namespace lacuna::tlm
