# Settings that every target of the project shares.

if(EPICS_BASE)
  # An EPICS module: the facility's libraries stay where they are.
  set(ASYNPYTHON_RPATH "$ORIGIN;${EPICS_LIBRARY_DIR};${ASYN_LIBRARY_DIR}")
  set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON) # a libpython outside of the system's folders
  set(ASYNPYTHON_LIB "lib/${EPICS_HOST_ARCH}")
  set(ASYNPYTHON_TOP "")
else()
  # A Python package beside epicscorelibs.
  set(ASYNPYTHON_RPATH "$ORIGIN;$ORIGIN/../../epicscorelibs/lib;$ORIGIN/../../pvxslibs/lib")
  set(ASYNPYTHON_LIB "PythonDriver/lib")
  set(ASYNPYTHON_TOP "PythonDriver/")
endif()

# Sanitizers are named as for -fsanitize.
function(asynpython_sanitize target sanitizers)
  target_compile_options(${target} PRIVATE -fsanitize=${sanitizers} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(${target} PRIVATE -fsanitize=${sanitizers})
endfunction()

function(asynpython_target target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wno-missing-field-initializers
    $<$<BOOL:${ASYNPYTHON_WERROR}>:-Werror>)
  if(ASYNPYTHON_SANITIZE)
    asynpython_sanitize(${target} ${ASYNPYTHON_SANITIZE})
  endif()
  set_target_properties(${target} PROPERTIES
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    # In the build tree the real paths, so that tests run there; installed, relative to the package.
    BUILD_RPATH "${EPICS_LIBRARY_DIR};${ASYN_LIBRARY_DIR}"
    INSTALL_RPATH "${ASYNPYTHON_RPATH}")
endfunction()
