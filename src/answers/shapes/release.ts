/** The Istio release that an answer is for. */
export interface IstioRelease {
  /** `1.27.3` or `master` */
  readonly version: string
  /** What states the version: an option, istiod in the input, a configuration file, or nothing. */
  readonly from: 'option' | 'input' | 'file' | 'assumed'
}
