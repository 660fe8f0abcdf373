# Build options of verso.

# Try a flag for the compiler and the linker; append it when both take it.
AC_DEFUN([VERSO_TRY_CFLAG], [
  AC_MSG_CHECKING([whether $CC accepts $1])
  verso_saved="$CFLAGS"; CFLAGS="$CFLAGS -Werror $1"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
    [AC_MSG_RESULT([yes]); $2="$$2 $1"], [AC_MSG_RESULT([no])])
  CFLAGS="$verso_saved"
])

# PIE, RELRO, FORTIFY and the stack protector, by default.
AC_DEFUN([VERSO_HARDENING], [
  HARDEN_CFLAGS= HARDEN_CPPFLAGS= HARDEN_LDFLAGS=
  AC_ARG_ENABLE([hardening],
    [AS_HELP_STRING([--disable-hardening], [leave PIE, RELRO, FORTIFY and the stack protector out])],
    [], [enable_hardening=yes])
  AS_IF([test "x$enable_hardening" = xyes], [
    HARDEN_LDFLAGS="-pie -Wl,-z,relro -Wl,-z,now"
    VERSO_TRY_CFLAG([-fPIE], [HARDEN_CFLAGS])
    VERSO_TRY_CFLAG([-fstack-protector-strong], [HARDEN_CFLAGS])
    VERSO_TRY_CFLAG([-fstack-clash-protection], [HARDEN_CFLAGS])
  ])
  AC_SUBST([HARDEN_CFLAGS]) AC_SUBST([HARDEN_CPPFLAGS]) AC_SUBST([HARDEN_LDFLAGS])
])

# --enable-sanitize=address,undefined (or thread, ...); FORTIFY is left out
# then, since the sanitizers check more and the two do not go together.
AC_DEFUN([VERSO_SANITIZE], [
  SANITIZE_FLAGS=
  AC_ARG_ENABLE([sanitize],
    [AS_HELP_STRING([--enable-sanitize=LIST], [build with -fsanitize=LIST, by itself address and undefined; no FORTIFY then])],
    [], [enable_sanitize=no])
  AS_IF([test "x$enable_sanitize" = xyes], [enable_sanitize=address,undefined])
  AS_IF([test "x$enable_sanitize" != xno],
    [SANITIZE_FLAGS="-fsanitize=$enable_sanitize -fno-omit-frame-pointer -fno-sanitize-recover=undefined -DVERSO_SANITIZED"],
    [test "x$enable_hardening" = xyes], [HARDEN_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
  AC_SUBST([SANITIZE_FLAGS])
  AM_CONDITIONAL([SANITIZE], [test "x$enable_sanitize" != xno])
])

# Warnings always; --enable-dev makes them errors.
AC_DEFUN([VERSO_DEV], [
  WARN_CFLAGS="-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wundef -Wno-unused-parameter"
  AC_ARG_ENABLE([dev],
    [AS_HELP_STRING([--enable-dev], [treat warnings as errors])],
    [], [enable_dev=no])
  AS_IF([test "x$enable_dev" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
])

# --enable-fuzz: the fuzzers get libFuzzer's main; "make fuzz" asks for it.
AC_DEFUN([VERSO_FUZZ], [
  AC_ARG_ENABLE([fuzz],
    [AS_HELP_STRING([--enable-fuzz], [link the fuzzers with libFuzzer (clang)])],
    [], [enable_fuzz=no])
  FUZZ_ENGINE=
  AS_IF([test "x$enable_fuzz" != xno], [FUZZ_ENGINE=-fsanitize=fuzzer])
  AC_SUBST([FUZZ_ENGINE])
  AM_CONDITIONAL([FUZZ], [test "x$enable_fuzz" != xno])
])
