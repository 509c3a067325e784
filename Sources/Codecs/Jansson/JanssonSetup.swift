#if Jansson
  import CJansson

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// What must be so before jansson is used.
  enum JanssonSetup {
    /// Seeds the hash function from the system's random numbers, against keys that were chosen to collide.
    ///
    /// jansson would do so itself when it makes its first object, but asks that threads do not race for it.
    static let once: Void = json_object_seed(0)

    /// Runs jansson in the C locale, whatever the process has chosen, and restores the thread's own.
    ///
    /// jansson up to 2.14 parses and prints a number that is not an integer by the thread's locale: with German's it
    /// prints `1,5`, and aborts on `[1.5]`. Nothing else in it depends on the locale.
    static func withCLocale<Result: ~Copyable, Failure: Error>(
      _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
      let previous = uselocale(locale_t(bitPattern: cLocale))
      defer { uselocale(previous) }
      return try body()
    }

    /// The address of the C locale, which is there for ever, and which nobody changes.
    private static let cLocale = UInt(bitPattern: rpckit_new_c_locale())
  }
#endif
