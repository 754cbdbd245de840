# Settings that every target of the project shares.

set(ASYNPYTHON_RPATH "$ORIGIN;$ORIGIN/../../epicscorelibs/lib;$ORIGIN/../../pvxslibs/lib")

function(asynpython_target target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wno-missing-field-initializers
    $<$<BOOL:${ASYNPYTHON_WERROR}>:-Werror>)
  set_target_properties(${target} PROPERTIES
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    # In the build tree the real paths, so that tests run there; installed, relative to the package.
    BUILD_RPATH "${EPICS_PYTHON_ROOT}/lib"
    INSTALL_RPATH "${ASYNPYTHON_RPATH}")
endfunction()
