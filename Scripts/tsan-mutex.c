// Tells ThreadSanitizer about Swift's Mutex. Preloaded by Scripts/sanitize, on Linux only.
//
// A Mutex that nobody contends for is locked by an atomic operation in the code that uses it, which the sanitizer sees.
// A contended one is handed over by the kernel, inside a library that is not instrumented: every value that such a lock
// guards is then reported as a race, in any program. The two functions for that case are wrapped here.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Swift's calling convention: a method's self has a register of its own.
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

// Absent from programs that are not under the sanitizer, such as those that the tests run.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK_SLOW);
SWIFT void lock_slow(uint32_t thread, SELF) {
    typedef SWIFT void (*function)(uint32_t, SELF);
    ((function)dlsym(RTLD_NEXT, LOCK_SLOW))(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT void unlock_slow(SELF) __asm__(UNLOCK_SLOW);
SWIFT void unlock_slow(SELF) {
    typedef SWIFT void (*function)(SELF);
    if (__tsan_release) __tsan_release(self);
    ((function)dlsym(RTLD_NEXT, UNLOCK_SLOW))(self);
}
